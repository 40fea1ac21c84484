import type { WindowStore } from "../../store/index.ts";
import { labelWidth, type TaskSpec } from "../../store/index.ts";
import { headWidth, type Standardization, standardize } from "../../task/index.ts";
import type { FinetuneConfig } from "../config/index.ts";
import { balancedWeights, classCounts, classTargets, positiveWeights, standardizationOf } from "../labels.ts";
import type { BatchPlan } from "../sampling/index.ts";

/** How labels become targets: found from the training windows, the same for all windows after. */
export interface LabelRules {
  readonly spec: TaskSpec;
  /** (K), classes that exclude each other; all 1 if not given. */
  readonly classWeights?: readonly number[];
  /** (K), multi-label. */
  readonly positive?: readonly number[];
  /** Regression. */
  readonly standardization?: Standardization;
  readonly smoothing: number;
}

/** Windows with their labels: rows of stores. */
export interface LabelledRows {
  readonly store: WindowStore;
  readonly rows: ArrayLike<number>;
}

/** @param windows that are trained on */
export function labelRules(
  task: string,
  spec: TaskSpec,
  windows: readonly LabelledRows[],
  { classWeights, labelSmoothing }: Pick<FinetuneConfig, "classWeights" | "labelSmoothing">,
): LabelRules {
  const labels = concat(windows.map(({ store, rows }) => labelsOf(store, task, spec, rows)));
  const rules = { spec, smoothing: labelSmoothing };
  const classes = spec.classes.length;
  if (spec.kind === "regression") return { ...rules, standardization: standardizationOf(labels) };
  if (classWeights === "none") return rules;
  if (spec.kind === "multilabel") return { ...rules, positive: positiveWeights(labels, classes) };
  return { ...rules, classWeights: balancedWeights(classCounts(labels, classes)) };
}

/** What a graph with `labelledObjective` is fed: (B, K). */
export function targetsOf(
  labels: Float32Array,
  { spec, classWeights, standardization, smoothing }: LabelRules,
): Float32Array {
  if (spec.kind === "regression") return standardize(labels, standardization!);
  if (spec.kind === "multilabel") return labels.map((y) => y * (1 - smoothing) + smoothing / 2);
  return classTargets(labels, headWidth(spec), { smoothing, weights: classWeights }).target;
}

/** What the losses of the windows of a batch are divided by: their number, or the sum of the weights of their classes. */
export function massOf(batch: BatchPlan, stores: readonly WindowStore[], task: string, rules: LabelRules): number {
  const { spec, classWeights } = rules;
  if (classWeights === undefined) return batch.windows;
  return batch.microBatches.reduce((sum, { corpus, rows }) => {
    const labels = labelsOf(stores[corpus], task, spec, rows);
    return sum + classTargets(labels, headWidth(spec), { weights: classWeights }).mass;
  }, 0);
}

function labelsOf({ windows }: WindowStore, task: string, spec: TaskSpec, rows: ArrayLike<number>): Float32Array {
  const width = labelWidth(spec);
  const table = windows.labels.get(task)!;
  const out = new Float32Array(rows.length * width);
  for (let i = 0; i < rows.length; i++) out.set(table.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
  return out;
}

function concat(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
