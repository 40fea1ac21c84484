import { defineMetric } from "./metric.ts";
import { meanOver } from "./subjectSums.ts";

/** Root of the mean of (output − target)². @see sklearn.metrics.mean_squared_error(squared=False) */
export const rootMeanSquaredError = defineMetric({
  name: "rmse",
  title: "Root mean squared error",
  better: "lower",
  hasUnit: true,
  from: meanOver(
    ({ target, output }) =>
      (row) =>
        (output[row] - target[row]) ** 2,
  ),
  score: Math.sqrt,
});
