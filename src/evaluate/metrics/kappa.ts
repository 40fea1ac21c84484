import { confusion } from "./confusion.ts";
import { defineMetric } from "./metric.ts";

/** Cohen's κ = (pₒ − pₑ) / (1 − pₑ), with pₑ the agreement by chance. @see sklearn.metrics.cohen_kappa_score */
export const kappa = defineMetric({
  name: "kappa",
  title: "Cohen’s κ",
  better: "higher",
  from: confusion,
  score({ classes, right, total }) {
    let chance = 0;
    for (const { truePositive, falsePositive, falseNegative } of classes) {
      chance += ((truePositive + falseNegative) / total) * ((truePositive + falsePositive) / total);
    }
    if (classes.some(({ truePositive }) => truePositive === total)) {
      return { undefined: "all windows are of one class and taken for it: chance alone agrees" };
    }
    return (right / total - chance) / (1 - chance);
  },
});
