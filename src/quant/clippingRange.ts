import type { MagnitudeHistogram } from "./magnitudeHistogram.ts";

/**
 * How the range of a tensor is chosen: `max` keeps all values; a number in (0, 1] keeps that share of them, e.g. 0.9999; `mse` makes the sum of the squared
 * errors of rounding and clipping the least.
 */
export type RangeRule = "max" | "mse" | number;

/**
 * The largest magnitude that integers of `levels` positive steps are to hold; never 0.
 * @param levels 127 for int8, 7 for int4, 1 for int2
 */
export function clippingRange(histogram: MagnitudeHistogram, rule: RangeRule, levels: number): number {
  const { max } = histogram;
  if (max === 0) return 1; // all values are 0, in any scale
  if (rule === "max") return max;
  return rule === "mse" ? leastError(histogram, levels) : Math.max(histogram.quantile(rule), max / 1e4);
}

/** Shares of the largest magnitude that are tried. */
const TRIED = 100;

function leastError(histogram: MagnitudeHistogram, levels: number): number {
  let [best, least] = [histogram.max, Number.POSITIVE_INFINITY];
  for (let i = TRIED; i >= 1; i--) {
    const range = (histogram.max * i) / TRIED;
    const error = squaredError(histogram, range, levels);
    if (error < least) [best, least] = [range, error];
  }
  return best;
}

/** Of all values, each taken for the middle of its bin; below the width of a bin, rounding errs as if spread evenly over a step. */
function squaredError({ counts, width }: MagnitudeHistogram, range: number, levels: number): number {
  const step = range / levels;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const value = (i + 0.5) * width;
    const inside = step < 2 * width ? step / Math.sqrt(12) : value - step * Math.round(value / step);
    const error = value > range ? value - range : inside;
    sum += counts[i] * error * error;
  }
  return sum;
}
