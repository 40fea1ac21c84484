import { decidedClass, decidedLabel } from "./metrics/confusion.ts";
import { hitOrError } from "./perSubject.ts";
import { outputWidth, type Predictions } from "./predictions.ts";

/** Rows of windows worth looking at. */
export interface ExampleRows {
  /** Right, the most certain first; the smallest errors of "regression". */
  readonly right: readonly number[];
  /** Wrong, the most certain first; the largest errors of "regression". */
  readonly wrong: readonly number[];
}

/** Choose windows to be shown, each of another subject where there are enough. */
export function pickExamples(predictions: Predictions, each = 3): ExampleRows {
  const { task, count } = predictions;
  const rows = Array.from({ length: count }, (_, row) => row);
  if (task.kind === "regression") {
    const byError = rows.sort((a, b) => hitOrError(predictions, a) - hitOrError(predictions, b) || a - b);
    const right = ofManySubjects(predictions, byError.slice(0, count >> 1), each);
    return { right, wrong: ofManySubjects(predictions, byError.slice(count >> 1).reverse(), each) };
  }
  const sure = (row: number): number => certainty(predictions, row);
  const bySureness = rows.sort((a, b) => sure(b) - sure(a) || a - b);
  const isRight = (row: number): boolean => hitOrError(predictions, row) === 1;
  return {
    right: ofManySubjects(predictions, bySureness.filter(isRight), each),
    wrong: ofManySubjects(
      predictions,
      bySureness.filter((row) => !isRight(row)),
      each,
    ),
  };
}

/** Probability of what was decided; of the least certain label. */
function certainty({ task, output }: Predictions, row: number): number {
  const size = outputWidth(task);
  const p = output.subarray(row * size, (row + 1) * size);
  if (task.kind !== "multilabel") return Math.max(...p);
  return Math.min(...p.map((value) => Math.max(value, 1 - value)));
}

/** The first rows of different subjects; then, if those are too few, the first of the others. */
function ofManySubjects({ subject }: Predictions, rows: readonly number[], most: number): number[] {
  const seen = new Set<number>();
  const fresh = rows.filter((row) => !seen.has(subject[row]) && seen.add(subject[row])).slice(0, most);
  const rest = rows.filter((row) => !fresh.includes(row)).slice(0, most - fresh.length);
  return [...fresh, ...rest];
}

/** "true: rest · taken for: arithmetic (93 %)". */
export function describeRow({ task, target, output }: Predictions, row: number): string {
  if (task.kind === "regression") {
    const unit = task.unit === undefined ? "" : ` ${task.unit}`;
    return `true: ${target[row].toFixed(1)}${unit} · said: ${output[row].toFixed(1)}${unit}`;
  }
  const size = outputWidth(task);
  const percent = (k: number): string => `${Math.round(100 * output[row * size + k])} %`;
  if (task.kind !== "multilabel") {
    const decided = decidedClass(output, row, size);
    return `true: ${task.classes[target[row]]} · taken for: ${task.classes[decided]} (${percent(decided)})`;
  }
  const truths = task.classes.filter((_, k) => target[row * size + k] === 1).join(", ") || "none";
  const given = task.classes.flatMap((name, k) =>
    decidedLabel(output[row * size + k]) ? [`${name} (${percent(k)})`] : [],
  );
  return `true: ${truths} · given: ${given.join(", ") || "none"}`;
}
