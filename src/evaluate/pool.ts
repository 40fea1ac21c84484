import { UsageError } from "../errors.ts";
import { collectPredictions, type Predictions, windowKey, windowOf } from "./predictions.ts";

/** What one of several models said, of windows that it was not trained on. */
export interface PooledPart {
  /** Name of the model, for messages. */
  readonly name: string;
  readonly predictions: Predictions;
}

/**
 * Predictions of the models of a cross-validation as one: every window was predicted by the model that did not train on it.
 * @throws UsageError without parts, for parts of different tasks, and for a window that two models predicted
 */
export function poolPredictions(parts: readonly PooledPart[]): Predictions {
  if (parts.length === 0) throw new UsageError({ where: "predictions", what: "there are none to put together" });
  const [{ predictions: first, name: firstName }] = parts;
  const from = new Map<string, string>();
  for (const { name, predictions } of parts) {
    checkTask(first.task, predictions.task, firstName, name);
    for (let row = 0; row < predictions.count; row++) {
      const key = windowKey(predictions, row);
      const before = from.get(key);
      if (before !== undefined) throw twice(before, name, windowOf(predictions, row));
      from.set(key, name);
    }
  }
  const windows = parts.flatMap(({ predictions }) =>
    Array.from({ length: predictions.count }, (_, row) => windowOf(predictions, row)),
  );
  return collectPredictions(first.task, windows);
}

function checkTask(task: Predictions["task"], other: Predictions["task"], name: string, otherName: string): void {
  const text = ({ kind, classes, unit }: Predictions["task"]) => `${kind} (${classes.join(", ") || unit || "no unit"})`;
  if (text(task) === text(other)) return;
  throw new UsageError({
    where: otherName,
    what: `is of another task than ${name}`,
    expected: text(task),
    got: text(other),
  });
}

const twice = (
  before: string,
  name: string,
  window: { readonly subject: string; readonly recording: string; readonly onset: number },
) =>
  new UsageError({
    where: `${window.recording} of ${window.subject}`,
    what: before === name ? `comes twice in ${name}` : `was predicted by ${before} and by ${name}`,
    at: `${window.onset} s`,
    expected: "each window once: the folds of one cross-validation",
    todo: "Evaluate runs of different seeds one at a time, or average them",
  });
