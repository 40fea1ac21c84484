import { shapeText, type Tensor } from "../graph/index.ts";
import type { FeedTensor } from "../runtime/session.ts";
import type { Span } from "./caseInfo.ts";

/** How far one tensor is from the authors' value. */
export interface TensorCheck {
  readonly tensor: string;
  /** Largest absolute difference; NaN where shapes or values cannot be compared. */
  readonly error: number;
  /** Largest difference allowed; 0 means bit for bit. */
  readonly tolerance: number;
  readonly ok: boolean;
  /** Why the tensor cannot be compared. */
  readonly problem?: string;
}

/** A check that fails because there is nothing to compare. */
export const failedCheck = (tensor: string, problem: string, tolerance = 0): TensorCheck => ({
  tensor,
  error: Number.NaN,
  tolerance,
  ok: false,
  problem,
});

/** Judge a difference. NaN is never within a tolerance. */
export const judged = (tensor: string, error: number, tolerance: number): TensorCheck => ({
  tensor,
  error,
  tolerance,
  ok: error <= tolerance,
});

/** Two tensors of one shape that may differ by `tolerance`. One that is missing on either side fails. */
export function checkTensor(
  tensor: string,
  actual: FeedTensor | undefined,
  expected: Tensor | undefined,
  tolerance: number,
): TensorCheck {
  if (expected === undefined) return failedCheck(tensor, "the case has no such tensor", tolerance);
  if (actual === undefined) return failedCheck(tensor, "the model has no such tensor", tolerance);
  if (actual.shape.join() === expected.shape.join()) return checkValues(tensor, actual, expected, tolerance);
  const shapes = `expected ${shapeText(expected.shape)}, got ${shapeText(actual.shape)}`;
  return failedCheck(tensor, shapes, tolerance);
}

/** The values alone: axes that the authors flatten (B·S rows) may stand apart here. */
export function checkValues(
  tensor: string,
  { data: actual }: Pick<FeedTensor, "data">,
  { data: expected }: Pick<Tensor, "data">,
  tolerance: number,
): TensorCheck {
  if (actual.length !== expected.length) {
    return failedCheck(tensor, `expected ${expected.length} values, got ${actual.length}`, tolerance);
  }
  return judged(tensor, largestDifference(actual, expected), tolerance);
}

function largestDifference(actual: Tensor["data"], expected: Tensor["data"]): number {
  let error = 0;
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(Number(actual[i]) - Number(expected[i]));
    if (!(difference <= error)) error = difference;
    if (Number.isNaN(error)) break;
  }
  return error;
}

/** Whether a value stands in one of the spans of its tensor. */
export function spanTest(spans: readonly Span[], name: string): (index: number) => boolean {
  const own = spans.filter((span) => span.name === name);
  return (index) => own.some(({ start, end }) => index >= start && index < end);
}
