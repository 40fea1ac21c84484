import { readFileSync } from "node:fs";
import type { TaskKind, TaskSpec } from "../../store/index.ts";
import { collectPredictions, type Predictions } from "../predictions.ts";

/** A JSON file of this folder, written by the script beside it. */
export const reference = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, import.meta.url), "utf8")) as T;

/** A task with classes "c0", "c1", … */
export const taskOf = (kind: TaskKind, classes: number): TaskSpec => ({
  kind,
  title: "a task",
  classes: Array.from({ length: classes }, (_, k) => `c${k}`),
  ...(kind === "regression" ? { unit: "bpm" } : {}),
});

/** Rows of subjects 0, 1, …; one recording each if `recording` is not given. */
export function predictionsOf(
  task: TaskSpec,
  target: readonly (number | number[])[],
  output: readonly (number | number[])[],
  subject: readonly number[],
  recording: readonly number[] = subject,
): Predictions {
  return collectPredictions(
    task,
    target.map((truth, i) => ({
      subject: `s${String(subject[i]).padStart(3, "0")}`,
      recording: `r${recording[i]}`,
      onset: 5 * i,
      layout: "eeg2",
      target: truth,
      output: [output[i]].flat(),
    })),
  );
}
