import { aggregate } from "./aggregate.ts";
import { type BootstrapOptions, DEFAULTS } from "./bootstrap.ts";
import { HEADLINES } from "./metrics/index.ts";
import { checkSameWindows } from "./sameWindows.ts";
import { differenceOf, type Estimates, metricsOf, type Scored } from "./scored.ts";

/** Something that was asked the same as the model: a baseline, another model. */
export interface Contender extends Scored {
  readonly name: string;
  /** One sentence: what it does. */
  readonly about?: string;
}

export interface ComparisonRow {
  readonly name: string;
  readonly about?: string;
  readonly metrics: Estimates;
  /** The model minus this one, on the same draws of subjects; absent for the model itself. */
  readonly difference?: Estimates;
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

function rowsOf(contenders: readonly Contender[], options: BootstrapOptions): ComparisonRow[] {
  const [model] = contenders;
  return contenders.map((contender) => {
    const { name, about } = contender;
    const row = { name, ...(about !== undefined && { about }), metrics: metricsOf(contender, options) };
    return contender === model ? row : { ...row, difference: differenceOf(model, contender, options) };
  });
}
