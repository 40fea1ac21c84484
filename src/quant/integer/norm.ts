import { floorDivide } from "./floorDivide.ts";
import { combine, inverseRoot, multiplierOf } from "./multiplier.ts";
import { clip8, clip16, type Multiplier, requantize } from "./requantize.ts";

/** What a norm over n values needs to know of them. */
export interface NormStatistics {
  /** E: a whole number, `1 ≤ E < 2⁶¹`. */
  readonly epsilon: number;
  /** √n · 4. */
  readonly root: Multiplier;
}

export interface NormConstants extends NormStatistics {
  /** One per column, `|z · gamma + beta| < 2³¹` for every z of `i16`; without it the normalised value itself is the result. */
  readonly affine?: { readonly gamma: Int16Array; readonly beta: Int32Array };
  /** From units of 2⁻¹⁰ (times the scale of gamma) to the scale of the result. */
  readonly output: Multiplier;
}

export interface NormShape {
  readonly rows: number;
  readonly columns: number;
}

/** E and root of a norm over n values of one scale. For the compiler: it computes in floating point. @param n 1 … 2¹⁸ − 1 */
export function normStatistics(n: number, epsilon: number, scale: number): NormStatistics {
  return { epsilon: Math.max(1, Math.round((n * epsilon) / scale ** 2)), root: multiplierOf(4 * Math.sqrt(n)) };
}

/** LayerNorm of every row. @param x (rows, columns) @returns (rows, columns) */
export function layerNorm(
  x: Int8Array | Int16Array,
  { rows, columns }: NormShape,
  constants: NormConstants,
): Int8Array {
  const y = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const sums = noSums();
    for (let i = start; i < start + columns; i++) add(sums, x[i]);
    const level = levelOf(sums, constants);
    for (let c = 0; c < columns; c++) y[start + c] = normed(x[start + c], c, level, constants);
  }
  return y;
}

/**
 * GroupNorm: the values of a group of columns, in all rows of a window, share mean and variance.
 * @param x (rows, columns) of one window
 * @param groupOf (columns) the group of each column, 0 … groups − 1; groups are of one size, rows · columns / groups values
 * @returns (rows, columns)
 */
export function groupNorm(
  x: Int8Array | Int16Array,
  { rows, columns }: NormShape,
  groupOf: ArrayLike<number>,
  constants: NormConstants,
): Int8Array {
  const sums = Array.from({ length: 1 + Math.max(...Array.from(groupOf)) }, noSums);
  for (let i = 0; i < rows * columns; i++) add(sums[groupOf[i % columns]], x[i]);
  const levels = sums.map((of) => levelOf(of, constants));
  return Int8Array.from({ length: rows * columns }, (_, i) => {
    const c = i % columns;
    return normed(x[i], c, levels[groupOf[c]], constants);
  });
}

/** n, S = Σ x and Q = Σ x² of one norm: below 2⁴⁸. */
interface Sums {
  n: number;
  sum: number;
  squares: number;
}

const noSums = (): Sums => ({ n: 0, sum: 0, squares: 0 });

function add(sums: Sums, x: number): void {
  sums.n++;
  sums.sum += x;
  sums.squares += x * x;
}

/** Mean in units of 1/256, and the factor that makes 256ths of a step 2⁻¹⁰ths of a deviation. */
interface Level {
  readonly mean8: number;
  readonly factor: Multiplier;
}

function levelOf({ n, sum, squares }: Sums, { epsilon, root }: NormStatistics): Level {
  const mean = floorDivide(2 * sum + n, 2 * n);
  const rest = sum - n * mean;
  const about = squares - 2 * mean * sum + n * mean * mean; // Σ (x − mean)²
  const variance = about - floorDivide(rest * rest, n); // n times the variance
  return {
    mean8: floorDivide(512 * sum + n, 2 * n),
    factor: combine(inverseRoot(BigInt(variance) + BigInt(epsilon)), root),
  };
}

function normed(x: number, column: number, { mean8, factor }: Level, { affine, output }: NormConstants): number {
  const z = clip16(requantize(256 * x - mean8, factor));
  return clip8(requantize(affine === undefined ? z : z * affine.gamma[column] + affine.beta[column], output));
}
