import { FormatError } from "../../errors.ts";
import { bfloatToNumber, halfToNumber } from "../arrays/halfFloat.ts";

/** The typed array in which each dtype is held. 16- and 8-bit floats stay raw bits; BOOL is 0 or 1. */
export interface DtypeArrays {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  F8_E4M3: Uint8Array;
  F8_E5M2: Uint8Array;
  I64: BigInt64Array;
  U64: BigUint64Array;
  I32: Int32Array;
  U32: Uint32Array;
  I16: Int16Array;
  U16: Uint16Array;
  I8: Int8Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

export type Dtype = keyof DtypeArrays;

interface ArrayType {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): DtypeArrays[Dtype];
}

/** Array type per dtype; safetensors is little-endian, and so is every platform that runs JavaScript engines of today. */
export const ARRAY_TYPES: Readonly<Record<Dtype, ArrayType>> = {
  F64: Float64Array,
  F32: Float32Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  F8_E4M3: Uint8Array,
  F8_E5M2: Uint8Array,
  I64: BigInt64Array,
  U64: BigUint64Array,
  I32: Int32Array,
  U32: Uint32Array,
  I16: Int16Array,
  U16: Uint16Array,
  I8: Int8Array,
  U8: Uint8Array,
  BOOL: Uint8Array,
};

/** A tensor with its samples in row-major order; the type of `data` follows `dtype`. */
export type Tensor = {
  [D in Dtype]: { readonly dtype: D; readonly shape: readonly number[]; readonly data: DtypeArrays[D] };
}[Dtype];

/** Elements of a shape; 1 for a scalar. */
export const elementCount = (shape: readonly number[]): number => shape.reduce((count, n) => count * n, 1);

/** View `bytes` as `dtype`: without a copy where the bytes are aligned, else over a copy. */
export function tensorOver(dtype: Dtype, shape: readonly number[], bytes: Uint8Array): Tensor {
  const Type = ARRAY_TYPES[dtype];
  const aligned = bytes.byteOffset % Type.BYTES_PER_ELEMENT === 0 ? bytes : bytes.slice();
  const data = new Type(aligned.buffer, aligned.byteOffset, elementCount(shape));
  return { dtype, shape, data } as Tensor;
}

/**
 * The values as float32; F64 and integers are rounded to nearest.
 * @returns the tensor's own array for F32, else a new one
 * @throws FormatError for 8-bit floats, which no published PanLUNA weights use
 */
export function toFloat32(tensor: Tensor): Float32Array {
  switch (tensor.dtype) {
    case "F32":
      return tensor.data;
    case "F16":
      return Float32Array.from(tensor.data, halfToNumber);
    case "BF16":
      return Float32Array.from(tensor.data, bfloatToNumber);
    case "I64":
      return Float32Array.from(tensor.data as Iterable<unknown> as Iterable<bigint>, Number);
    case "U64":
      return Float32Array.from(tensor.data as Iterable<unknown> as Iterable<bigint>, Number);
    case "F8_E4M3":
    case "F8_E5M2":
      throw new FormatError({
        where: "tensor",
        what: "has 8-bit floats, which cannot be converted",
        got: tensor.dtype,
        todo: "Store it as F32, F16 or BF16",
      });
    default:
      return Float32Array.from(tensor.data);
  }
}
