import { dot } from "./dot.ts";
import { clip8, clip16, type Multiplier, requantize } from "./requantize.ts";

export interface LinearShape {
  readonly rows: number;
  /** K: values of a row of x. */
  readonly inner: number;
  /** N: values of a row of the result. */
  readonly columns: number;
}

export interface LinearConstants {
  /** (N, K) in [−127, 127]; int4 and int2 are the same in a smaller range. */
  readonly weight: Int8Array;
  /** (N), input scale · weight scale; `|bias| + 127 · Σ|w| < 2³¹`, with 32767 for 127 where x is `i16`. */
  readonly bias: Int32Array;
  /** (N), input scale · weight scale / output scale. */
  readonly multipliers: readonly Multiplier[];
}

/** `clip8(requant(x · Wᵀ + bias))`. @param x (rows, K) @returns (rows, N) */
export function linear8(x: Int8Array | Int16Array, shape: LinearShape, constants: LinearConstants): Int8Array {
  const sums = products(x, shape, constants);
  const { multipliers } = constants;
  const y = new Int8Array(sums.length);
  for (let i = 0, n = 0; i < y.length; i++) {
    y[i] = clip8(requantize(sums[i], multipliers[n]));
    if (++n === shape.columns) n = 0;
  }
  return y;
}

/** `clip16(z + clip16(requant(x · Wᵀ + bias)))`. @param x (rows, K) @param residual z (rows, N), in the scale of the result @returns (rows, N) */
export function linear16(
  x: Int8Array | Int16Array,
  shape: LinearShape,
  constants: LinearConstants,
  residual?: Int16Array,
): Int16Array {
  const sums = products(x, shape, constants);
  const { multipliers } = constants;
  const y = new Int16Array(sums.length);
  for (let i = 0, n = 0; i < y.length; i++) {
    const branch = clip16(requantize(sums[i], multipliers[n]));
    y[i] = residual === undefined ? branch : clip16(residual[i] + branch);
    if (++n === shape.columns) n = 0;
  }
  return y;
}

/** `x · Wᵀ + bias` in int32. @param x (rows, K) @returns (rows, N) */
export function products(
  x: Int8Array | Int16Array,
  { rows, inner, columns }: LinearShape,
  { weight, bias }: Pick<LinearConstants, "weight" | "bias">,
): Int32Array {
  const sums = new Int32Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let n = 0; n < columns; n++) sums[row * columns + n] = bias[n] + dot(x, row * inner, weight, n * inner, inner);
  }
  return sums;
}
