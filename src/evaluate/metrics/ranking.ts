import type { Predictions } from "../predictions.ts";
import type { Score, Statistic, Weights } from "./metric.ts";

/** How well the probabilities of a class order windows. */
export interface Ranking {
  readonly auroc: Score;
  readonly averagePrecision: Score;
}

/** Per class; of "binary", the second class alone. */
export interface Rankings {
  readonly perClass: readonly Ranking[];
  /** Classes of which all predictions together lack windows, or windows of other classes. */
  readonly oneSided: readonly number[];
  /** Classes of which all predictions together lack windows. */
  readonly absent: readonly number[];
}

/** The windows of a class from the highest probability to the lowest. */
export interface Ranked {
  /** (N) rows. */
  readonly order: Uint32Array;
  /** (N) 1 where the row is of the class. */
  readonly positive: Uint8Array;
  /** (N) 1 at the last of several rows of equal probability. */
  readonly last: Uint8Array;
}

/** Indices of the classes that are ranked. */
export const rankedClasses = ({ task: { kind, classes } }: Predictions): number[] =>
  kind === "binary" ? [1] : classes.map((_, k) => k);

export const isOfClass = ({ task, target }: Predictions, row: number, k: number): boolean =>
  task.kind === "multilabel" ? target[row * task.classes.length + k] === 1 : target[row] === k;

/** Rank all windows by the probability of class `k`. */
export function rank(predictions: Predictions, k: number): Ranked {
  const { count, output, task } = predictions;
  const scores = Float64Array.from({ length: count }, (_, row) => output[row * task.classes.length + k]);
  const order = Uint32Array.from({ length: count }, (_, row) => row).sort((a, b) => scores[b] - scores[a] || a - b);
  const positive = Uint8Array.from(order, (row) => Number(isOfClass(predictions, row, k)));
  const last = Uint8Array.from(order, (row, i) => Number(i === count - 1 || scores[order[i + 1]] !== scores[row]));
  return { order, positive, last };
}

export const rankings: Statistic<Rankings> = {
  prepare(predictions) {
    const classes = rankedClasses(predictions);
    const ranked = classes.map((k) => rank(predictions, k));
    const sweeps = ranked.map((each) => sweepOf(each, predictions.subject));
    const positives = ranked.map(({ positive }) => positive.reduce((sum, is) => sum + is, 0));
    const absent = classes.filter((_, i) => positives[i] === 0);
    const oneSided = classes.filter((_, i) => positives[i] === 0 || positives[i] === predictions.count);
    return (weights) => ({ perClass: sweeps.map((sweep) => sweep(weights)), oneSided, absent });
  },
};

/** One pass down the ranks; windows of equal probability are one step of both curves. */
function sweepOf({ order, positive, last }: Ranked, subject: Uint32Array): (weights: Weights) => Ranking {
  const subjects = Uint32Array.from(order, (row) => subject[row]);
  const count = order.length;
  return (weights) => {
    let [hits, alarms, hitsBefore, alarmsBefore, area, precision] = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const weight = weights[subjects[i]];
      if (positive[i] === 1) hits += weight;
      else alarms += weight;
      if (last[i] === 1) {
        area += (alarms - alarmsBefore) * (hits + hitsBefore); // twice the trapezium under the ROC curve
        if (hits > hitsBefore) precision += (hits - hitsBefore) * (hits / (hits + alarms));
        hitsBefore = hits;
        alarmsBefore = alarms;
      }
    }
    return {
      auroc: hits === 0 ? NO_WINDOW : alarms === 0 ? NO_OTHER : area / (2 * hits * alarms),
      averagePrecision: hits === 0 ? NO_WINDOW : precision / hits,
    };
  };
}

const NO_WINDOW = { undefined: "no window is of this class" };
const NO_OTHER = { undefined: "every window is of this class" };
