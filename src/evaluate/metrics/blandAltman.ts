import { defineMetric, type Score, type Statistic } from "./metric.ts";
import { subjectSums } from "./subjectSums.ts";

/** Agreement of two methods of measurement: the mean of their difference, and the limits within which 95 % of differences lie. */
export interface Agreement {
  readonly bias: number;
  /** Standard deviation of the differences, N − 1. */
  readonly deviation: Score;
}

/** Standard deviations from the bias to a limit of agreement. */
export const LIMIT = 1.96;

/** Differences are output − target. @see Bland & Altman, Lancet 327 (1986) 307–310 */
export const agreement: Statistic<Agreement> = {
  prepare(predictions) {
    const { target, output, count } = predictions;
    const centre = output.reduce((sum, y, row) => sum + y - target[row], 0) / count;
    const totals = subjectSums(predictions, 3, (sums, at, row) => {
      const d = output[row] - target[row] - centre;
      sums[at] += 1;
      sums[at + 1] += d;
      sums[at + 2] += d * d;
    });
    return (weights) => {
      const [n, d, dd] = totals(weights);
      const variance = Math.max(0, dd - (d * d) / n) / (n - 1);
      return { bias: centre + d / n, deviation: n < 2 ? { undefined: "there is one window" } : Math.sqrt(variance) };
    };
  },
};

export const bias = defineMetric({
  name: "bias",
  title: "Bias",
  better: "zero",
  hasUnit: true,
  from: agreement,
  score: (value) => value.bias,
});

export const lowerLimit = defineMetric({
  name: "lowerLimit",
  title: "Lower limit of agreement",
  better: "zero",
  hasUnit: true,
  from: agreement,
  score: (value) => limitOf(value, -LIMIT),
});

export const upperLimit = defineMetric({
  name: "upperLimit",
  title: "Upper limit of agreement",
  better: "zero",
  hasUnit: true,
  from: agreement,
  score: (value) => limitOf(value, LIMIT),
});

const limitOf = ({ bias, deviation }: Agreement, deviations: number): Score =>
  typeof deviation === "number" ? bias + deviations * deviation : deviation;
