import type { Predictions } from "../predictions.ts";
import type { Statistic } from "./metric.ts";
import { subjectSums } from "./subjectSums.ts";

/** How often what was decided was true, for one class against the rest. */
export interface ClassCounts {
  readonly truePositive: number;
  readonly falsePositive: number;
  readonly falseNegative: number;
  readonly trueNegative: number;
}

/** What was decided against what is true. */
export interface Confusion {
  readonly total: number;
  /** Windows in which everything is right: the class, or every label. */
  readonly right: number;
  readonly classes: readonly ClassCounts[];
  /** (K, K) windows of true class (row) by decided class (column); none for "multilabel". */
  readonly table?: Float64Array;
}

/** The class of a window: that of the largest probability, the first of equals. */
export function decidedClass(output: ArrayLike<number>, row: number, classes: number): number {
  let best = 0;
  for (let k = 1; k < classes; k++) if (output[row * classes + k] > output[row * classes + best]) best = k;
  return best;
}

/** A label is given to a window where its probability is above one half. */
export const decidedLabel = (probability: number): boolean => probability > 0.5;

/** @see sklearn.metrics.confusion_matrix, multilabel_confusion_matrix */
export const confusion: Statistic<Confusion> = {
  prepare: (predictions) =>
    predictions.task.kind === "multilabel" ? prepareLabels(predictions) : prepareClasses(predictions),
};

function prepareClasses(predictions: Predictions): (weights: Float64Array) => Confusion {
  const { target, output, task } = predictions;
  const size = task.classes.length;
  const totals = subjectSums(predictions, size * size, (sums, at, row) => {
    sums[at + target[row] * size + decidedClass(output, row, size)] += 1;
  });
  return (weights) => {
    const table = totals(weights);
    const rows = new Float64Array(size);
    const columns = new Float64Array(size);
    table.forEach((n, i) => {
      rows[Math.floor(i / size)] += n;
      columns[i % size] += n;
    });
    const total = rows.reduce((sum, n) => sum + n, 0);
    const classes = task.classes.map((_, k) => countsOf(table[k * (size + 1)], rows[k], columns[k], total));
    return { total, right: classes.reduce((sum, { truePositive }) => sum + truePositive, 0), classes, table };
  };
}

function prepareLabels(predictions: Predictions): (weights: Float64Array) => Confusion {
  const { target, output, task } = predictions;
  const size = task.classes.length;
  const totals = subjectSums(predictions, 3 * size + 2, (sums, at, row) => {
    let right = 1;
    for (let k = 0; k < size; k++) {
      const truth = target[row * size + k];
      const decided = Number(decidedLabel(output[row * size + k]));
      sums[at + 3 * k] += truth * decided;
      sums[at + 3 * k + 1] += truth;
      sums[at + 3 * k + 2] += decided;
      if (truth !== decided) right = 0;
    }
    sums[at + 3 * size] += right;
    sums[at + 3 * size + 1] += 1;
  });
  return (weights) => {
    const sums = totals(weights);
    const [right, total] = sums.subarray(3 * size);
    const classes = task.classes.map((_, k) => countsOf(sums[3 * k], sums[3 * k + 1], sums[3 * k + 2], total));
    return { total, right, classes };
  };
}

const countsOf = (truePositive: number, isTrue: number, decided: number, total: number): ClassCounts => ({
  truePositive,
  falsePositive: decided - truePositive,
  falseNegative: isTrue - truePositive,
  trueNegative: total - isTrue - decided + truePositive,
});
