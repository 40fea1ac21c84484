import { labelWidth } from "../store/index.ts";
import type { Undefined } from "./metrics/metric.ts";
import { collectPredictions, outputWidth, type PredictedWindow, type Predictions, windowOf } from "./predictions.ts";

/**
 * One row per recording or per subject: the mean probability (or value) of its windows. A regression's target is averaged too.
 * @returns why there is none where one recording or subject has windows of several classes: a mean over them would have no truth
 */
export function aggregate(predictions: Predictions, by: "recording" | "subject"): Predictions | Undefined {
  const groups = groupRows(predictions, by);
  const merged: PredictedWindow[] = [];
  for (const rows of groups) {
    if (predictions.task.kind !== "regression" && !haveOneTarget(predictions, rows)) {
      return { undefined: `windows of one ${by} are of several classes` };
    }
    merged.push(mergeRows(predictions, rows, by));
  }
  return collectPredictions(predictions.task, merged);
}

/** Rows of each group, in the order in which the groups first come. Recordings of different subjects may share a name. */
function groupRows({ count, subject, recording }: Predictions, by: "recording" | "subject"): number[][] {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < count; row++) {
    const key = by === "subject" ? `${subject[row]}` : `${subject[row]} ${recording[row]}`;
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return [...groups.values()];
}

function haveOneTarget({ task, target }: Predictions, rows: readonly number[]): boolean {
  const width = labelWidth(task);
  return rows.every((row) => {
    for (let k = 0; k < width; k++) if (target[row * width + k] !== target[rows[0] * width + k]) return false;
    return true;
  });
}

function mergeRows(predictions: Predictions, rows: readonly number[], by: "recording" | "subject"): PredictedWindow {
  const { task, target, output, onset, layout, recording } = predictions;
  const first = windowOf(predictions, rows[0]);
  const mean = (values: Float64Array, width: number, k: number) =>
    rows.reduce((sum, row) => sum + values[row * width + k], 0) / rows.length;
  const width = outputWidth(task);
  return {
    subject: first.subject,
    recording: by === "recording" ? first.recording : [...new Set(rows.map((row) => recording[row]))].join("+"),
    onset: rows.reduce((least, row) => Math.min(least, onset[row]), first.onset),
    layout: [...new Set(rows.map((row) => layout[row]))].join("+"),
    target: task.kind === "regression" ? mean(target, 1, 0) : first.target,
    output: Float64Array.from({ length: width }, (_, k) => mean(output, width, k)),
  };
}
