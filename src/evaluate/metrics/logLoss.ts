import { defineMetric } from "./metric.ts";
import { meanOver } from "./subjectSums.ts";

/** A probability of 0 for what came true costs −log of this, not infinity. */
const LEAST = Number.EPSILON;

const clipped = (p: number): number => Math.min(1 - LEAST, Math.max(LEAST, p));

/**
 * Mean of −log of the probability of what is true; of "multilabel", the mean over labels of the binary log loss.
 * @see sklearn.metrics.log_loss, which clips and renormalises the same way
 */
export const logLoss = defineMetric({
  name: "logLoss",
  title: "Log loss",
  better: "lower",
  from: meanOver(({ task, target, output }) => {
    const size = task.classes.length;
    if (task.kind !== "multilabel") {
      return (row) => {
        let sum = 0;
        for (let k = 0; k < size; k++) sum += clipped(output[row * size + k]);
        return -Math.log(clipped(output[row * size + target[row]]) / sum);
      };
    }
    return (row) => {
      let loss = 0;
      for (let k = 0; k < size; k++) {
        const p = clipped(output[row * size + k]);
        loss -= Math.log(target[row * size + k] === 1 ? p : 1 - p);
      }
      return loss / size;
    };
  }),
  score: (mean) => mean,
});
