import { defineMetric } from "./metric.ts";
import { meanOver } from "./subjectSums.ts";

/** Mean of |output − target|. @see sklearn.metrics.mean_absolute_error */
export const meanAbsoluteError = defineMetric({
  name: "mae",
  title: "Mean absolute error",
  better: "lower",
  hasUnit: true,
  from: meanOver(
    ({ target, output }) =>
      (row) =>
        Math.abs(output[row] - target[row]),
  ),
  score: (mean) => mean,
});
