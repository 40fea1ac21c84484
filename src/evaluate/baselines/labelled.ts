import { UsageError } from "../../errors.ts";
import { labelWidth, type TaskSpec } from "../../store/index.ts";
import { collectPredictions, type PredictedWindow, type Predictions } from "../predictions.ts";
import type { FeatureTable } from "./features.ts";

/** A window with its truth, before anything was predicted of it. */
export type LabelledWindow = Omit<PredictedWindow, "output">;

/** Windows with their features; row i of the table belongs to window i. */
export interface LabelledFeatures {
  readonly task: TaskSpec;
  readonly windows: readonly LabelledWindow[];
  readonly features: FeatureTable;
}

/**
 * Training and test windows must be of one task and the same features, and no person may be in both.
 * @throws UsageError when they are not, or there is nothing to train on
 */
export function checkSplit(train: LabelledFeatures, test: LabelledFeatures): void {
  const fault = faultOf(train, test);
  if (fault !== undefined) throw new UsageError({ where: "baseline", ...fault });
}

function faultOf(train: LabelledFeatures, test: LabelledFeatures) {
  for (const { windows, features } of [train, test]) {
    if (windows.length === features.count) continue;
    const expected = `features of ${windows.length} windows`;
    return { what: "features do not fit the windows", expected, got: `of ${features.count}` };
  }
  if (train.windows.length === 0) return { what: "there is nothing to train on" };
  if (train.features.names.join("\n") !== test.features.names.join("\n")) {
    const what = "training and test windows have different features";
    return { what, todo: "Use windows of one channel layout" };
  }
  const trained = new Set(train.windows.map(({ subject }) => subject));
  const leaked = test.windows.find(({ subject }) => trained.has(subject));
  if (leaked === undefined) return undefined;
  return { what: "a person is in training and test", got: leaked.subject, todo: "Split by person" };
}

/** (N, labelWidth) targets of windows. */
export function targetsOf({ task, windows }: LabelledFeatures): Float64Array {
  const width = labelWidth(task);
  const targets = new Float64Array(windows.length * width);
  windows.forEach(({ target }, row) => {
    targets.set(typeof target === "number" ? [target] : target, row * width);
  });
  return targets;
}

/** @param output (N, K) */
export function predictionsFrom({ task, windows }: LabelledFeatures, output: Float64Array): Predictions {
  const width = windows.length === 0 ? 0 : output.length / windows.length;
  return collectPredictions(
    task,
    windows.map((window, row) => ({ ...window, output: output.subarray(row * width, (row + 1) * width) })),
  );
}

/** Some rows of labelled features. */
export function rowsOf({ task, windows, features }: LabelledFeatures, rows: readonly number[]): LabelledFeatures {
  const width = features.names.length;
  const values = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    values.set(features.values.subarray(row * width, (row + 1) * width), i * width);
  });
  return {
    task,
    windows: rows.map((row) => windows[row]),
    features: { count: rows.length, names: features.names, values },
  };
}
