import type { Predictions } from "../predictions.ts";
import type { Statistic, Weights } from "./metric.ts";

/**
 * Sums over the windows of each subject, so that a draw of the bootstrap costs a pass over subjects, not over windows.
 * @param width numbers that are summed
 * @param add adds those of window `row` to `sums[at … at + width)`
 * @returns totals (width) over subjects, each times its weight
 */
export function subjectSums(
  { count, subject, subjects }: Predictions,
  width: number,
  add: (sums: Float64Array, at: number, row: number) => void,
): (weights: Weights) => Float64Array {
  const sums = new Float64Array(subjects.length * width);
  for (let row = 0; row < count; row++) add(sums, subject[row] * width, row);
  return (weights) => weightedTotals(sums, width, weights);
}

/** Totals (width) of `sums` (subjects, width), each subject times its weight. */
export function weightedTotals(sums: Float64Array, width: number, weights: Weights): Float64Array {
  const totals = new Float64Array(width);
  for (let s = 0, at = 0; s < weights.length; s++) {
    const weight = weights[s];
    if (weight === 0) at += width;
    else for (let i = 0; i < width; i++) totals[i] += weight * sums[at++];
  }
  return totals;
}

/** The mean over windows of a number that each window has. */
export const meanOver = (valuesOf: (predictions: Predictions) => (row: number) => number): Statistic<number> => ({
  prepare(predictions) {
    const value = valuesOf(predictions);
    const totals = subjectSums(predictions, 2, (sums, at, row) => {
      sums[at] += value(row);
      sums[at + 1] += 1;
    });
    return (weights) => {
      const [sum, count] = totals(weights);
      return sum / count;
    };
  },
});
