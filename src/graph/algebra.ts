import type { Dim } from "./dim.ts";
import type { Value } from "./op.ts";
import type { FusedMatMulOptions } from "./ops/fusedMatMul.ts";
import type { Dtype, Tensor } from "./tensor.ts";

/**
 * The operators that gradients are made of: the part of a builder that the operators' own files may use.
 * Written out, because the builder's type is made from those files.
 */
export interface Algebra {
  scalar(value: number): Value;
  constant(tensor: Tensor, hint?: string): Value;
  add(a: Value, b: Value): Value;
  sub(a: Value, b: Value): Value;
  mul(a: Value, b: Value): Value;
  div(a: Value, b: Value): Value;
  neg(x: Value): Value;
  max(a: Value, b: Value): Value;
  min(a: Value, b: Value): Value;
  exp(x: Value): Value;
  sqrt(x: Value): Value;
  erf(x: Value): Value;
  cos(x: Value): Value;
  sin(x: Value): Value;
  less(a: Value, b: Value): Value;
  equal(a: Value, b: Value): Value;
  where(condition: Value, a: Value, b: Value): Value;
  cast(x: Value, dtype: Dtype): Value;
  gelu(x: Value): Value;
  softmax(x: Value, axis?: number): Value;
  layerNorm(x: Value, scale: Value, bias?: Value, epsilon?: number): Value;
  matMul(a: Value, b: Value): Value;
  fusedMatMul(a: Value, b: Value, options?: FusedMatMulOptions): Value;
  rotaryEmbedding(x: Value, positions: Value, cos: Value, sin: Value, heads: number, size: number): Value;
  reduceSum(x: Value, axes: readonly number[], keepDims?: boolean): Value;
  reduceMean(x: Value, axes: readonly number[], keepDims?: boolean): Value;
  reshape(x: Value, shape: readonly number[]): Value;
  reshapeTo(x: Value, shape: Value, dims: readonly Dim[]): Value;
  expandTo(x: Value, shape: Value, dims: readonly Dim[]): Value;
  pad(x: Value, before: readonly number[], after: readonly number[]): Value;
  shape(x: Value, start: number, end: number): Value;
  range(start: Value, limit: Value, delta: Value, length: string): Value;
  gather(x: Value, indices: Value, axis?: number): Value;
  transpose(x: Value, perm: readonly number[]): Value;
  unsqueeze(x: Value, axes: readonly number[]): Value;
  concat(values: readonly Value[], axis: number): Value;
  slice(x: Value, starts: readonly number[], ends: readonly number[], axes: readonly number[]): Value;
  split3(x: Value, parts: readonly number[], axis: number): readonly Value[];
}
