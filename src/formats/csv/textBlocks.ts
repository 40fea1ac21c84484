import { boundedInflater, inflationLimit } from "../arrays/boundedInflate.ts";
import type { ByteSource } from "../source/byteSource.ts";

/** Bytes read at once. */
const READ_BYTES = 2 ** 20;

export const isGzip = (head: Uint8Array): boolean => head[0] === 0x1f && head[1] === 0x8b;

/** Encoding by byte order mark; UTF-8 without one. */
export function encodingOf(head: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : "utf-8";
}

/**
 * The text of a file, plain or gzipped, in blocks that end at line ends (the last one at the file's end).
 * A gzipped file may inflate to 64 MiB plus 100 times its size.
 * @throws FormatError for damaged or too much compressed data
 */
export async function* textBlocks(source: ByteSource): AsyncGenerator<string> {
  let rest = "";
  let decoder: TextDecoder | undefined;
  for await (const { bytes, last } of plainBytes(source)) {
    decoder ??= new TextDecoder(encodingOf(bytes));
    const text = rest + decoder.decode(bytes, { stream: !last });
    const end = last ? text.length : text.lastIndexOf("\n") + 1;
    rest = text.slice(end);
    if (end > 0) yield text.slice(0, end);
  }
}

interface Piece {
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/** The bytes of a file, inflated where it is gzipped, in pieces. */
async function* plainBytes(source: ByteSource): AsyncGenerator<Piece> {
  let pieces: Uint8Array[] = [];
  let inflater: ReturnType<typeof boundedInflater> | undefined;
  for (let at = 0; at < source.size; at += READ_BYTES) {
    const bytes = await source.read(at, Math.min(READ_BYTES, source.size - at));
    const last = at + bytes.length === source.size;
    if (at === 0 && isGzip(bytes)) {
      inflater = boundedInflater("gzip", source.name, inflationLimit(source.size), (piece) => pieces.push(piece));
    }
    if (inflater === undefined) {
      yield { bytes, last };
      continue;
    }
    for (let i = 0; i < bytes.length; i += INFLATE_BYTES) {
      const stop = Math.min(bytes.length, i + INFLATE_BYTES);
      const end = last && stop === bytes.length;
      inflater.push(bytes.subarray(i, stop), end);
      const inflated = joined(pieces);
      pieces = [];
      if (inflated.length > 0 || end) yield { bytes: inflated, last: end };
    }
  }
}

/** Compressed bytes inflated before their lines are taken, so that never much text is held. */
const INFLATE_BYTES = 64 * 2 ** 10;

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0];
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
