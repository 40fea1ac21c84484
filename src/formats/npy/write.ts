import { UsageError } from "../../errors.ts";
import type { NumericData } from "../arrays/elementType.ts";

/** Type codes by the name of the typed array. */
const CODES: Readonly<Record<string, string>> = {
  Float64Array: "<f8",
  Float32Array: "<f4",
  BigInt64Array: "<i8",
  BigUint64Array: "<u8",
  Int32Array: "<i4",
  Uint32Array: "<u4",
  Int16Array: "<i2",
  Uint16Array: "<u2",
  Int8Array: "|i1",
  Uint8Array: "|u1",
};

/** The header is padded so that the elements start at a multiple of this. */
const ALIGNMENT = 64;

/**
 * Write a NPY file, version 1.0.
 * @param data row-major values; their type becomes the dtype
 * @throws UsageError when `shape` does not hold exactly `data.length` elements
 */
export function writeNpy(data: NumericData, shape: readonly number[]): Uint8Array {
  const code = CODES[data.constructor.name];
  if (code === undefined || shape.reduce((product, n) => product * n, 1) !== data.length) {
    throw new UsageError({
      where: "writeNpy",
      what: "shape does not fit the data",
      expected: `${data.length} elements`,
      got: `[${shape.join(", ")}]`,
    });
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${code}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const dataStart = Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT;
  const bytes = new Uint8Array(dataStart + data.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]); // \x93NUMPY, version 1.0
  new DataView(bytes.buffer).setUint16(8, dataStart - 10, true);
  bytes.set(new TextEncoder().encode(`${dict.padEnd(dataStart - 11)}\n`), 10);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), dataStart);
  return bytes;
}
