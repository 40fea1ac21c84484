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
  return rule === "mse" ? leastError(histogram, levels) : Math.max(histogram.quantile(rule), max / LARGEST_CUT);
}

/** Where nearly all values are 0, the share to be kept may be all zeros: a range of next to nothing would cut away what the tensor says. */
const LARGEST_CUT = 1e4;

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

/**
 * Of all values, taken as spread evenly over their bins: about the middle of a bin their squares are `width² / 12`. Where a step is not much wider than a bin,
 * rounding errs as if spread evenly over the step.
 */
function squaredError({ counts, width }: MagnitudeHistogram, range: number, levels: number): number {
  const step = range / levels;
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] === 0) continue;
    const value = (i + 0.5) * width;
    const error = value - Math.min(range, step * Math.round(value / step));
    const isFine = step < 2 * width && value <= range;
    sum += counts[i] * (isFine ? step ** 2 / 12 : error ** 2 + width ** 2 / 12);
  }
  return sum;
}
