import type { Dim } from "./dim.ts";

/** Element types of graph values, with the number ONNX gives them (TensorProto.DataType). */
export const DTYPES = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
} as const;

export type Dtype = keyof typeof DTYPES;

/** Samples of a tensor in row-major order; bool as 0/1 bytes. */
export type TensorData = Float32Array | Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float64Array;

/** A constant: element type, shape, row-major data. */
export interface Tensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What is known of a value before the graph runs. */
export interface TensorType {
  readonly dtype: Dtype;
  readonly shape: readonly Dim[];
}

export const float32 = (data: ArrayLike<number>, shape: readonly number[] = [data.length]): Tensor => ({
  dtype: "float32",
  shape,
  data: data instanceof Float32Array ? data : Float32Array.from(data),
});

export const int64 = (data: readonly number[], shape: readonly number[] = [data.length]): Tensor => ({
  dtype: "int64",
  shape,
  data: BigInt64Array.from(data, BigInt),
});

/** A typed array of the dtype over `bytes` (copied where alignment demands it). */
export function dataOf(dtype: Dtype, bytes: Uint8Array): TensorData {
  const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const { buffer, byteOffset, byteLength } = aligned;
  switch (dtype) {
    case "float32":
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case "int32":
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case "int64":
      return new BigInt64Array(buffer, byteOffset, byteLength / 8);
    case "float64":
      return new Float64Array(buffer, byteOffset, byteLength / 8);
    case "int8":
      return new Int8Array(buffer, byteOffset, byteLength);
    case "int16":
      return new Int16Array(buffer, byteOffset, byteLength / 2);
    case "uint8":
    case "bool":
      return new Uint8Array(buffer, byteOffset, byteLength);
  }
}
