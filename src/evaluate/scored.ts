import { type BootstrapOptions, bootstrapMean, type Estimate, pairedDifference } from "./bootstrap.ts";
import { METRICS } from "./metrics/index.ts";
import type { Predictions } from "./predictions.ts";

/** Predictions whose metrics are asked for. */
export interface Scored {
  readonly predictions: Predictions;
  /** Where `predictions` are the mean of several seeds: theirs, whose scores are averaged instead. */
  readonly bySeed?: readonly Predictions[];
}

/** By the metric's name. */
export type Estimates = Readonly<Record<string, Estimate>>;

/** Every metric, with intervals over draws of subjects. */
export const metricsOf = (scored: Scored, options: BootstrapOptions): Estimates =>
  Object.fromEntries(bootstrapMean(partsOf(scored), METRICS[scored.predictions.task.kind], options));

/** Every metric of `a` minus that of `b`, on the same draws of subjects. */
export const differenceOf = (a: Scored, b: Scored, options: BootstrapOptions): Estimates =>
  Object.fromEntries(pairedDifference(partsOf(a), partsOf(b), METRICS[a.predictions.task.kind], options));

const partsOf = ({ predictions, bySeed = [predictions] }: Scored): readonly Predictions[] => bySeed;
