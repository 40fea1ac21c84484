import { confusion } from "./confusion.ts";
import { defineMetric, meanOfDefined, type Score } from "./metric.ts";
import { missing } from "./perClass.ts";

/** Mean over classes, those without a window left out, of the share that is right. @see sklearn.metrics.balanced_accuracy_score */
export const balancedAccuracy = defineMetric({
  name: "balancedAccuracy",
  title: "Balanced accuracy",
  better: "higher",
  from: confusion,
  score({ classes }) {
    const recalls = classes.map(({ truePositive, falseNegative }): Score => {
      const count = truePositive + falseNegative;
      return count === 0 ? { undefined: "no window is of this class" } : truePositive / count;
    });
    return { score: meanOfDefined(recalls, "there are no windows"), without: missing(recalls) };
  },
});
