import { npyDataStart } from "./header.ts";

/** Most elements taken for names. */
const MOST_TEXTS = 4096;

/**
 * Texts of a small NPY array of unicode strings (`<U…`, UCS-4), as channel names are saved.
 * @returns undefined for any other array
 */
export function readNpyTexts(bytes: Uint8Array, name: string): string[] | undefined {
  const start = npyDataStart(bytes, bytes.length, name);
  const header = new TextDecoder("latin1").decode(bytes.subarray(0, start));
  const [, endian, width] = /'descr'\s*:\s*'([<>])U(\d+)'/.exec(header) ?? [];
  const size = 4 * Number(width);
  const count = (bytes.length - start) / size;
  if (!(size > 0) || !Number.isInteger(count) || count > MOST_TEXTS) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset + start);
  return Array.from({ length: count }, (_, i) => {
    let text = "";
    for (let at = i * size; at < (i + 1) * size; at += 4) {
      const code = view.getUint32(at, endian === "<");
      if (code > 0 && code <= 0x10ffff) text += String.fromCodePoint(code);
    }
    return text;
  });
}
