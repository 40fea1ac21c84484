import { tCritical } from "./studentT.ts";

/** Fewer windows say nothing of how windows scatter. */
export const LEAST_WINDOWS = 5;

const LEVEL = 0.95;

/**
 * 95 % interval of the mean of a series whose neighbours are alike, as windows of one recording are. The variance of the mean is that of its
 * slowest oscillations: with `Λ_j = √(2/n) Σ_t x_t cos(π j (t − ½) / n)`, `s² = 1/B Σ_{j=1…B} Λ_j²` and `B = max(2, round(0.4 n^(2/3)))`, the
 * interval is `x̄ ± t_B √(s² / n)`. Whatever links neighbours shows in these cosines, and few of them make a wide interval. A percentile bootstrap
 * of blocks is far too narrow here (5 windows: 65 % for 95 %).
 * @returns undefined for fewer than 5 values
 * @see Lazarus, Lewis, Stock & Watson, "HAR Inference: Recommendations for Practice", J. Business & Economic Statistics 36 (2018), EWC
 */
export function meanInterval(values: ArrayLike<number>): readonly [low: number, high: number] | undefined {
  const n = values.length;
  if (n < LEAST_WINDOWS) return undefined;
  const cosines = Math.max(2, Math.round(0.4 * n ** (2 / 3)));
  const mean = meanOf(values);
  let power = 0;
  for (let j = 1; j <= cosines; j++) power += cosineSum(values, mean, j) ** 2;
  const half = tCritical(cosines, LEVEL) * Math.sqrt(((2 / n) * power) / cosines / n);
  return [mean - half, mean + half];
}

/** `Σ_t (x_t − x̄) cos(π j (t − ½) / n)`; the mean adds nothing but rounding. */
function cosineSum(values: ArrayLike<number>, mean: number, j: number): number {
  let sum = 0;
  for (let t = 0; t < values.length; t++) {
    sum += (values[t] - mean) * Math.cos((Math.PI * j * (t + 0.5)) / values.length);
  }
  return sum;
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
