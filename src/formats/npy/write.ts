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
  const header = npyHeader(code, shape);
  const bytes = new Uint8Array(header.length + data.byteLength);
  bytes.set(header);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), header.length);
  return bytes;
}

/**
 * What stands before the elements of a NPY file, for writers that do not hold them all at once.
 * @param code type code, `<f4`
 */
export function npyHeader(code: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const dict = `{'descr': '${code}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const header = new Uint8Array(Math.ceil((10 + dict.length + 1) / ALIGNMENT) * ALIGNMENT);
  header.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]); // \x93NUMPY, version 1.0
  new DataView(header.buffer).setUint16(8, header.length - 10, true);
  header.set(new TextEncoder().encode(`${dict.padEnd(header.length - 11)}\n`), 10);
  return header;
}
