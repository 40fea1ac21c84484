import { bfloatToNumber, halfToNumber } from "./halfFloat.ts";

/** Numeric element types that array files store. */
export type ElementType =
  | "float64"
  | "float32"
  | "float16"
  | "bfloat16"
  | "int64"
  | "uint64"
  | "int32"
  | "uint32"
  | "int16"
  | "uint16"
  | "int8"
  | "uint8"
  | "bool";

export type NumericData =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

interface NumericArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): NumericData;
}

/** Typed array in which the stored bits are viewed; 16-bit floats as raw words. */
const VIEWS: Readonly<Record<ElementType, NumericArrayType>> = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Bytes of one stored element. */
export const elementBytes = (type: ElementType): number => VIEWS[type].BYTES_PER_ELEMENT;

/**
 * Stored bytes as a typed array: a view where they are aligned and little-endian, else over a copy. 16-bit floats become float32.
 * @param bytes a whole number of elements; further bytes are left out
 */
export function decodeElements(bytes: Uint8Array, type: ElementType, littleEndian = true): NumericData {
  const View = VIEWS[type];
  const size = View.BYTES_PER_ELEMENT;
  const length = Math.floor(bytes.length / size);
  let stored = bytes;
  if (!littleEndian && size > 1) stored = swapBytes(bytes.subarray(0, length * size), size);
  else if (bytes.byteOffset % size !== 0) stored = bytes.slice();
  const data = new View(stored.buffer, stored.byteOffset, length);
  if (type === "float16") return Float32Array.from(data as Uint16Array, halfToNumber);
  if (type === "bfloat16") return Float32Array.from(data as Uint16Array, bfloatToNumber);
  return data;
}

/** A copy with the bytes of each element reversed. */
function swapBytes(bytes: Uint8Array, size: number): Uint8Array {
  const out = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += size) {
    for (let b = 0; b < size; b++) out[at + b] = bytes[at + size - 1 - b];
  }
  return out;
}

/** The values as float64; 64-bit integers are rounded to nearest. */
export function toFloat64(data: NumericData): Float64Array {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array)
    return Float64Array.from(data as unknown as Iterable<number>, Number);
  return new Float64Array(data);
}
