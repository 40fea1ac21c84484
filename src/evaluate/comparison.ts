import { aggregate } from "./aggregate.ts";
import { type BootstrapOptions, bootstrapMean, DEFAULTS, type Estimate, pairedDifference } from "./bootstrap.ts";
import { HEADLINES, METRICS } from "./metrics/index.ts";
import type { Predictions } from "./predictions.ts";
import { checkSameWindows } from "./sameWindows.ts";

/** Something that was asked the same as the model: a baseline, another model. */
export interface Contender {
  readonly name: string;
  /** One sentence: what it does. */
  readonly about?: string;
  readonly predictions: Predictions;
  /** Where `predictions` are the mean of several seeds: theirs, whose scores are averaged instead. */
  readonly bySeed?: readonly Predictions[];
}

export interface ComparisonRow {
  readonly name: string;
  readonly about?: string;
  /** By the metric's name. */
  readonly metrics: Readonly<Record<string, Estimate>>;
  /** The model minus this one, on the same draws of subjects; absent for the model itself. */
  readonly difference?: Readonly<Record<string, Estimate>>;
}

/** A model beside others on the same windows; plain JSON. */
export interface Comparison {
  readonly format: "panluna-comparison";
  readonly version: 1;
  readonly windows: number;
  readonly subjects: number;
  readonly bootstrap: { readonly seed: number; readonly draws: number; readonly level: number };
  /** Names of the metrics that stand first. */
  readonly headline: readonly string[];
  /** The model first. */
  readonly window: readonly ComparisonRow[];
  /** With one row per subject; absent where that makes no sense, see `aggregate`. */
  readonly subject?: readonly ComparisonRow[];
}

/**
 * Put a model beside others. The interval of a difference is what counts: intervals of the two alone may overlap although one is better for everybody.
 * @param contenders the model first
 * @throws UsageError when they are not of the same windows
 */
export function compare(contenders: readonly [Contender, ...Contender[]], options: BootstrapOptions = {}): Comparison {
  const [{ name, predictions }, ...others] = contenders;
  for (const other of others) {
    checkSameWindows(predictions, other.predictions, { where: other.name, reference: name });
  }
  const { seed, draws, level } = { ...DEFAULTS, ...options };
  const bySubject = perSubject(contenders);
  return {
    format: "panluna-comparison",
    version: 1,
    windows: predictions.count,
    subjects: predictions.subjects.length,
    bootstrap: { seed, draws, level },
    headline: HEADLINES[predictions.task.kind].map((metric) => metric.name),
    window: rowsOf(contenders, options),
    ...(bySubject && { subject: rowsOf(bySubject, options) }),
  };
}

/** One row per subject for all of them; undefined where subjects have windows of several classes, or one window each. */
function perSubject(contenders: readonly Contender[]): Contender[] | undefined {
  const [{ predictions }] = contenders;
  if (predictions.count === predictions.subjects.length) return undefined;
  const merged = contenders.flatMap((contender) => {
    const all = [contender.predictions, ...(contender.bySeed ?? [])];
    const [own, ...seeds] = all.flatMap((each) => {
      const one = aggregate(each, "subject");
      return "undefined" in one ? [] : [one];
    });
    return own === undefined ? [] : [{ ...contender, predictions: own, bySeed: seeds.length > 0 ? seeds : undefined }];
  });
  return merged.length === contenders.length ? merged : undefined;
}

const scoredOf = ({ predictions, bySeed = [predictions] }: Contender): readonly Predictions[] => bySeed;

function rowsOf(contenders: readonly Contender[], options: BootstrapOptions): ComparisonRow[] {
  const [model] = contenders;
  const metrics = METRICS[model.predictions.task.kind];
  return contenders.map((contender) => {
    const { name, about } = contender;
    const own = Object.fromEntries(bootstrapMean(scoredOf(contender), metrics, options));
    const row = { name, ...(about !== undefined && { about }), metrics: own };
    if (contender === model) return row;
    const difference = Object.fromEntries(pairedDifference(scoredOf(model), scoredOf(contender), metrics, options));
    return { ...row, difference };
  });
}
