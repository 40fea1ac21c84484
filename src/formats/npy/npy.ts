import { decodeElements, type NumericData } from "../arrays/elementType.ts";
import { storedArray } from "../arrays/namedArray.ts";
import { recordingFromNamedArrays } from "../arrays/recording.ts";
import type { FileFormat } from "../fileFormat.ts";
import { isNpy, type NpyHeader, npyDataStart, PREFIX_BYTES, readNpyHeader } from "./header.ts";

export { writeNpy } from "./write.ts";

/** An array of a NPY file. float16 is widened to float32; bool is 0 or 1. */
export interface NpyArray extends Pick<NpyHeader, "shape" | "order"> {
  /** Element type in the file. */
  readonly dtype: NpyHeader["type"];
  readonly data: NumericData;
}

/**
 * Read a whole NPY file (versions 1 to 3). `data` is a view of `bytes` where the elements are aligned and little-endian.
 * @throws FormatError naming the file and the field; complex, text, object and structured arrays are refused
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  const start = npyDataStart(bytes, bytes.length, name);
  const { type, littleEndian, shape, order } = readNpyHeader(bytes.subarray(0, start), bytes.length, name);
  return { dtype: type, shape, order, data: decodeElements(bytes.subarray(start), type, littleEndian) };
}

/** A NPY file; only the blocks with the samples asked for are read. */
export const npyFormat: FileFormat = {
  name: "NPY",
  extensions: [".npy"],
  recognise: isNpy,
  async open(source, options) {
    const { name, size } = source;
    const start = npyDataStart(await source.read(0, Math.min(PREFIX_BYTES, size)), size, name);
    const header = readNpyHeader(await source.read(0, start), size, name);
    const array = storedArray(source, name.replace(/\.npy$/i, ""), header.shape, { ...header, offset: start });
    return recordingFromNamedArrays({ name, format: "NPY", arrays: [array], close: () => source.close() }, options);
  },
};
