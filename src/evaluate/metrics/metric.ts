import type { TaskSpec } from "../../store/index.ts";
import type { Predictions } from "../predictions.ts";

/** Why there is no value: no crash, no silent 0. */
export interface Undefined {
  readonly undefined: string;
}

/** A value, or the reason why it is not defined for these predictions. */
export type Score = number | Undefined;

export const isDefined = (score: Score): score is number => typeof score === "number";

/** How often each subject counts: 1 for all, or how often a draw of the bootstrap took it. (subjects) */
export type Weights = Float64Array;

/** Something that several metrics are computed from. */
export interface Statistic<S> {
  /** Do once what does not depend on the weights; the function it returns is called for every draw. */
  prepare(predictions: Predictions): (weights: Weights) => S;
}

/** The value of a statistic for one set of weights. */
export type Lookup = <S>(statistic: Statistic<S>) => S;

/** What a metric says: one value, and one per class where it is a mean over classes. */
export interface Scores {
  readonly score: Score;
  readonly perClass?: readonly Score[];
  /** Classes that the mean leaves out because these predictions cannot define it for them. */
  readonly without?: readonly number[];
}

export interface Metric {
  /** Key in JSON: "balancedAccuracy". */
  readonly name: string;
  /** As people write it: "Balanced accuracy". */
  readonly title: string;
  /** Which direction is good; "zero" for a signed error. */
  readonly better: "higher" | "lower" | "zero";
  /** The value has the unit of the task (regression) instead of none. */
  readonly hasUnit?: boolean;
  score(of: Lookup, task: TaskSpec): Scores;
}

/**
 * A metric that is a plain function of one statistic.
 * @param rest.score from the statistic's value
 */
export function defineMetric<S>(
  rest: Omit<Metric, "score"> & { from: Statistic<S>; score: (value: S, task: TaskSpec) => Score | Scores },
): Metric {
  const { from, score, ...names } = rest;
  return {
    ...names,
    score(of, task) {
      const result = score(of(from), task);
      return typeof result === "number" || "undefined" in result ? { score: result } : result;
    },
  };
}

/** Prepare every statistic once, and compute each at most once per set of weights. */
export function statisticsOf(predictions: Predictions): (weights: Weights) => Lookup {
  const prepared = new Map<unknown, (weights: Weights) => unknown>();
  return (weights) => {
    const values = new Map<unknown, unknown>();
    return <S>(statistic: Statistic<S>): S => {
      if (!values.has(statistic)) {
        if (!prepared.has(statistic)) prepared.set(statistic, statistic.prepare(predictions));
        values.set(statistic, prepared.get(statistic)!(weights));
      }
      return values.get(statistic) as S; // the key is the statistic that made it
    };
  };
}

/** The scores of some metrics, every subject counted once. */
export function measure(predictions: Predictions, metrics: readonly Metric[]): Scores[] {
  if (predictions.count === 0) return metrics.map(() => ({ score: { undefined: "there are no windows" } }));
  const lookup = statisticsOf(predictions)(new Float64Array(predictions.subjects.length).fill(1));
  return metrics.map((metric) => metric.score(lookup, predictions.task));
}

/** Mean of those that are defined. */
export function meanOfDefined(scores: readonly Score[], otherwise: string): Score {
  const defined = scores.filter(isDefined);
  return defined.length === 0
    ? { undefined: otherwise }
    : defined.reduce((sum, score) => sum + score, 0) / defined.length;
}
