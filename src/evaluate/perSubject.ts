import { labelWidth } from "../store/index.ts";
import { decidedClass, decidedLabel } from "./metrics/confusion.ts";
import { outputWidth, type Predictions } from "./predictions.ts";

/** What was reached in one subject. */
export interface SubjectScore {
  readonly subject: string;
  readonly windows: number;
  /** Share of labels or windows that are right; mean absolute error for "regression". */
  readonly value: number;
  /** The class of all windows of the subject, where it is one and the task has classes. */
  readonly target?: string;
}

/** Subjects in their order: an average hides the people for whom a model fails. */
export function perSubject(predictions: Predictions): SubjectScore[] {
  const { count, subject, subjects, task, target } = predictions;
  const sums = new Float64Array(subjects.length);
  const windows = new Uint32Array(subjects.length);
  const classes = Array.from(subjects, () => new Set<number>());
  for (let row = 0; row < count; row++) {
    const s = subject[row];
    sums[s] += hitOrError(predictions, row);
    windows[s] += 1;
    if (task.kind === "binary" || task.kind === "multiclass") classes[s].add(target[row]);
  }
  return subjects.map((name, s) => {
    const [only, ...others] = classes[s];
    const known = only !== undefined && others.length === 0;
    const score = { subject: name, windows: windows[s], value: sums[s] / windows[s] };
    return known ? { ...score, target: task.classes[only] } : score;
  });
}

/** Of a window: |error| ("regression"), share of labels that are right ("multilabel"), 1 where the class is right. */
export function hitOrError({ task, target, output }: Predictions, row: number): number {
  if (task.kind === "regression") return Math.abs(output[row] - target[row]);
  const size = outputWidth(task);
  if (task.kind !== "multilabel") return Number(decidedClass(output, row, size) === target[row]);
  const width = labelWidth(task);
  let right = 0;
  for (let i = row * width; i < (row + 1) * width; i++) right += Number(Number(decidedLabel(output[i])) === target[i]);
  return right / width;
}
