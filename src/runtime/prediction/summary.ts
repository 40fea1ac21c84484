import type { TaskSpec, TrainedTask } from "../../task/index.ts";
import { headWidth } from "../../task/trainedTask.ts";
import { meanInterval, meanOf } from "./meanInterval.ts";

/** One class, or the value of a regression, over a recording. */
export interface OutputSummary {
  /** The class; the task for a regression. */
  readonly name: string;
  /** Mean over the windows that count; null where none does. */
  readonly mean: number | null;
  /** Ends of the 95 % interval of the mean, see `meanInterval`; null for fewer than 5 windows. */
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * What the windows of a recording say together. The intervals tell how far the mean would move with other windows of the same recording; they do not
 * tell how often the model is wrong.
 */
export interface PredictionSummary {
  /** Windows that count. */
  readonly windows: number;
  /** Windows that do not: every channel is bad. */
  readonly leftOut: number;
  readonly outputs: readonly OutputSummary[];
  /** The likeliest class of the means; the labels of 0.5 or more where several can hold; nothing for a regression. */
  readonly decided: readonly string[];
  /** Share of windows that decide the same; not for a regression. */
  readonly agreement?: number;
  /** Entropy of the mean probabilities, as a share of the most that there can be: 0 sure, 1 no idea; not for a regression. */
  readonly entropy?: number;
}

/**
 * @param outputs (N, K): probabilities, or values in the task's unit
 * @param counts whether a window counts, one for each of the N
 */
export function summarize(
  outputs: Float64Array,
  { name, spec }: Pick<TrainedTask, "name" | "spec">,
  counts: readonly boolean[],
): PredictionSummary {
  const width = headWidth(spec);
  const rows = counts.flatMap((counted, w) => (counted ? [outputs.subarray(w * width, (w + 1) * width)] : []));
  const about = { windows: rows.length, leftOut: counts.length - rows.length };
  const names = spec.kind === "regression" ? [name] : spec.classes;
  const all = names.map((each, k) =>
    summarizeOutput(
      each,
      Float64Array.from(rows, (row) => row[k]),
      spec,
    ),
  );
  if (spec.kind === "regression" || rows.length === 0) return { ...about, outputs: all, decided: [] };
  const means = Float64Array.from(all, ({ mean }) => mean ?? Number.NaN);
  const decided = decide(means, spec);
  const agreeing = rows.filter((row) => decide(row, spec).join("\n") === decided.join("\n"));
  const agreement = agreeing.length / rows.length;
  return { ...about, outputs: all, decided, agreement, entropy: entropyOf(means, spec) };
}

/** Probabilities stay between 0 and 1. */
function summarizeOutput(name: string, values: Float64Array, { kind }: TaskSpec): OutputSummary {
  if (values.length === 0) return { name, mean: null, low: null, high: null };
  const inside = (value: number) => (kind === "regression" ? value : Math.min(1, Math.max(0, value)));
  const [low, high] = meanInterval(values)?.map(inside) ?? [null, null];
  return { name, mean: meanOf(values), low, high };
}

/** The class or classes that probabilities speak for: the first of the likeliest; the labels of 0.5 or more ("multilabel"). */
export function decide(row: ArrayLike<number>, { kind, classes }: TaskSpec): string[] {
  if (kind === "multilabel") return classes.filter((_, k) => row[k] >= 0.5);
  const top = classes.reduce((best, _, k) => (row[k] > row[best] ? k : best), 0);
  return classes.slice(top, top + 1);
}

/** `−Σ p log p / log K`; the mean entropy of the labels where several can hold, in bits. */
function entropyOf(p: Float64Array, { kind, classes }: TaskSpec): number {
  const term = (share: number) => (share > 0 ? -share * Math.log2(share) : 0);
  if (kind === "multilabel") return meanOf(p.map((share) => term(share) + term(1 - share)));
  return p.reduce((sum, share) => sum + term(share), 0) / Math.log2(classes.length);
}
