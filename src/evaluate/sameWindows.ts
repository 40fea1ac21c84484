import { UsageError } from "../errors.ts";
import { type Predictions, windowKey } from "./predictions.ts";

/**
 * Check that predictions are of the same windows as others: what is compared window by window must be.
 * @param names `where` of the message, and what the others are called in it
 * @throws UsageError that counts what is missing, surplus or of another target
 */
export function checkSameWindows(
  reference: Predictions,
  predictions: Predictions,
  names: { readonly where: string; readonly reference: string },
): void {
  const [windows, own] = [targetsByWindow(reference), targetsByWindow(predictions)];
  const missing = [...windows.keys()].filter((key) => !own.has(key));
  const surplus = [...own.keys()].filter((key) => !windows.has(key));
  const other = [...own].filter(([key, target]) => windows.has(key) && windows.get(key) !== target);
  if (missing.length + surplus.length + other.length === 0 && own.size === predictions.count) return;
  throw new UsageError({
    where: names.where,
    what: `is not of the same windows as ${names.reference}`,
    expected: `the ${windows.size} windows of ${names.reference} with their targets, each once`,
    got: `${predictions.count} windows: ${missing.length} missing, ${surplus.length} others, ${other.length} with another target`,
    todo: "Predict the same windows with both",
  });
}

/** The truth of each window by where it stands. */
function targetsByWindow(predictions: Predictions): Map<string, string> {
  const { count, target } = predictions;
  const width = count === 0 ? 1 : target.length / count;
  return new Map(
    Array.from({ length: count }, (_, row) => [
      windowKey(predictions, row),
      target.subarray(row * width, (row + 1) * width).join(),
    ]),
  );
}
