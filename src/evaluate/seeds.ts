import { UsageError } from "../errors.ts";
import { type BootstrapOptions, bootstrapMean, DEFAULTS, type Estimate } from "./bootstrap.ts";
import { HEADLINES, METRICS } from "./metrics/index.ts";
import { collectPredictions, type Predictions, windowKey, windowOf } from "./predictions.ts";
import { checkSameWindows } from "./sameWindows.ts";

/** What models said that were trained from one seed. */
export interface SeededPredictions {
  readonly seed: number;
  readonly predictions: Predictions;
}

/** What training from another seed changes; plain JSON. */
export interface SeedScores {
  readonly format: "panluna-seeds";
  readonly version: 1;
  readonly bootstrap: { readonly seed: number; readonly draws: number; readonly level: number };
  /** Names of the metrics that stand first. */
  readonly headline: readonly string[];
  readonly seeds: readonly { readonly seed: number; readonly metrics: Readonly<Record<string, Estimate>> }[];
  /** Of the metrics of the seeds; intervals over draws of subjects, the same for all seeds. */
  readonly mean: Readonly<Record<string, Estimate>>;
}

/**
 * Every metric by seed, and its mean over the seeds.
 * @throws UsageError for fewer than two seeds, or when they are not of the same windows
 */
export function scoreSeeds(parts: readonly SeededPredictions[], options: BootstrapOptions = {}): SeedScores {
  checkSeeds(parts);
  const { kind } = parts[0].predictions.task;
  const { seed, draws, level } = { ...DEFAULTS, ...options };
  const scored = (all: readonly Predictions[]) => Object.fromEntries(bootstrapMean(all, METRICS[kind], options));
  return {
    format: "panluna-seeds",
    version: 1,
    bootstrap: { seed, draws, level },
    headline: HEADLINES[kind].map(({ name }) => name),
    seeds: parts.map((part) => ({ seed: part.seed, metrics: scored([part.predictions]) })),
    mean: scored(parts.map(({ predictions }) => predictions)),
  };
}

/**
 * The mean of the outputs of several seeds, window by window, in the order of the first: an ensemble.
 * @throws UsageError when they are not of the same windows
 */
export function averageOutputs(parts: readonly SeededPredictions[]): Predictions {
  checkSeeds(parts);
  const [{ predictions: first }] = parts;
  const rows = parts.map(
    ({ predictions }) =>
      new Map(Array.from({ length: predictions.count }, (_, row) => [windowKey(predictions, row), row])),
  );
  const windows = Array.from({ length: first.count }, (_, row) => {
    const key = windowKey(first, row);
    const outputs = parts.map(({ predictions }, i) => windowOf(predictions, rows[i].get(key)!).output);
    const mean = Array.from(outputs[0], (_, k) => outputs.reduce((sum, own) => sum + own[k], 0) / outputs.length);
    return { ...windowOf(first, row), output: mean };
  });
  return collectPredictions(first.task, windows);
}

function checkSeeds(parts: readonly SeededPredictions[]): void {
  const seeds = parts.map(({ seed }) => seed);
  if (parts.length < 2 || new Set(seeds).size < parts.length) {
    throw new UsageError({
      where: "seeds",
      what: "a mean over seeds needs several",
      expected: "two seeds or more, each once",
      got: seeds.join(", ") || "none",
    });
  }
  const [{ seed, predictions }, ...others] = parts;
  for (const other of others) {
    checkSameWindows(predictions, other.predictions, { where: `seed ${other.seed}`, reference: `seed ${seed}` });
  }
}
