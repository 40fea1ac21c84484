import { defineMetric, type Score, type Statistic } from "./metric.ts";
import { subjectSums } from "./subjectSums.ts";

/** Sums of deviations from the means over all windows, so that nothing cancels. */
const correlation: Statistic<Score> = {
  prepare(predictions) {
    const { target, output, count } = predictions;
    const [meanX, meanY] = [target, output].map((values) => values.reduce((sum, v) => sum + v, 0) / count);
    const totals = subjectSums(predictions, 6, (sums, at, row) => {
      const [x, y] = [target[row] - meanX, output[row] - meanY];
      for (const [i, value] of [1, x, y, x * x, y * y, x * y].entries()) sums[at + i] += value;
    });
    return (weights) => {
      const [n, x, y, xx, yy, xy] = totals(weights);
      const [varX, varY] = [xx - (x * x) / n, yy - (y * y) / n];
      if (!(varX > ROUNDING * xx)) return { undefined: "all targets are the same" };
      if (!(varY > ROUNDING * yy)) return { undefined: "all outputs are the same" };
      return (xy - (x * y) / n) / Math.sqrt(varX * varY);
    };
  },
};

/** What rounding leaves of the spread of equal values. */
const ROUNDING = 1e-13;

/** Pearson's r between target and output. @see scipy.stats.pearsonr */
export const pearson = defineMetric({
  name: "pearson",
  title: "Pearson’s r",
  better: "higher",
  from: correlation,
  score: (r) => r,
});
