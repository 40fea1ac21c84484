import { defineMetric } from "./metric.ts";
import { meanOver } from "./subjectSums.ts";

/**
 * Mean squared distance of probabilities from what came true: of the second class ("binary", 0 to 1), summed over classes ("multiclass",
 * Brier's own form, 0 to 2), or averaged over labels ("multilabel").
 * @see sklearn.metrics.brier_score_loss
 */
export const brier = defineMetric({
  name: "brier",
  title: "Brier score",
  better: "lower",
  from: meanOver(({ task, target, output }) => {
    const size = task.classes.length;
    if (task.kind === "binary") return (row) => (output[2 * row + 1] - target[row]) ** 2;
    const multilabel = task.kind === "multilabel";
    return (row) => {
      let sum = 0;
      for (let k = 0; k < size; k++) {
        const truth = multilabel ? target[row * size + k] : Number(target[row] === k);
        sum += (output[row * size + k] - truth) ** 2;
      }
      return multilabel ? sum / size : sum;
    };
  }),
  score: (mean) => mean,
});
