import { SignalError } from "../errors.ts";
import type { Section, Sos } from "./sos.ts";
import { type Cascade, cascadeOf, runCascade, settledAt } from "./sosfilt.ts";

/** Length of SciPy's default odd extension at each end: 3·(2·nSections + 1 − sections of first order). */
export function defaultPadding(sos: Sos): number {
  const firstOrder = Math.min(sos.filter((s) => s[2] === 0).length, sos.filter((s) => s[5] === 0).length);
  return 3 * (2 * sos.length + 1 - firstOrder);
}

/**
 * Zero-phase filtering, forward then backward; `x` stays as it is.
 * @param options.padding samples of odd extension at each end; SciPy's default if not given
 * @throws SignalError when the signal is not longer than the padding
 * @see scipy.signal.sosfiltfilt
 */
export function sosfiltfilt(
  sos: Sos,
  x: ArrayLike<number>,
  { padding = defaultPadding(sos) }: { padding?: number } = {},
): Float64Array {
  const y = Float64Array.from(x);
  filtfiltInPlace(cascadeOf(sos), y, padding);
  return y;
}

/**
 * Zero-phase filtering by one fraction of at most second order (a notch).
 * @throws SignalError for longer polynomials (use sections: `sosfiltfilt`) or a signal not longer than the padding
 * @see scipy.signal.filtfilt, whose default padding is 3·max(len(a), len(b))
 */
export function filtfilt(b: readonly number[], a: readonly number[], x: ArrayLike<number>): Float64Array {
  const length = Math.max(b.length, a.length);
  if (length > 3 || b.length === 0 || !(Math.abs(a[0]) > 0)) {
    throw new SignalError({
      where: "filtfilt",
      what: "not a fraction of at most second order",
      expected: "1 to 3 coefficients each, a[0] ≠ 0",
      got: `${b.length} and ${a.length} coefficients`,
      todo: "Write the filter as second-order sections and use sosfiltfilt",
    });
  }
  const section = [...[0, 1, 2].map((i) => b[i] ?? 0), ...[0, 1, 2].map((i) => a[i] ?? 0)].map((c) => c / a[0]);
  return sosfiltfilt([section as unknown as Section], x, { padding: 3 * length });
}

/** `sosfiltfilt` on the array itself. */
export function filtfiltInPlace(cascade: Cascade, x: Float64Array, padding: number): void {
  checkLength(x.length, padding);
  const right = oddExtensionRight(x, padding);
  const left = oddExtensionLeft(x, padding);
  const forward = settledAt(cascade, left.length > 0 ? left[0] : x[0]);
  for (const part of [left, x, right]) runCascade(cascade, part, forward);
  const backward = settledAt(cascade, right.length > 0 ? right[right.length - 1] : x[x.length - 1]);
  runCascade(cascade, right, backward, 0, right.length, -1);
  runCascade(cascade, x, backward, 0, x.length, -1);
}

/** Mirror about the first sample: 2·x[0] − x[padding … 1]. */
export function oddExtensionLeft(x: Float64Array, padding: number): Float64Array {
  return Float64Array.from({ length: padding }, (_, i) => 2 * x[0] - x[padding - i]);
}

/** Mirror about the last sample: 2·x[n−1] − x[n−2 … n−1−padding]. */
export function oddExtensionRight(x: Float64Array, padding: number): Float64Array {
  const last = x.length - 1;
  return Float64Array.from({ length: padding }, (_, i) => 2 * x[last] - x[last - 1 - i]);
}

function checkLength(nTimes: number, padding: number): void {
  if (nTimes > padding) return;
  throw new SignalError({
    where: "filtfilt",
    what: "signal too short to be filtered",
    expected: `more than ${padding} samples`,
    got: String(nTimes),
    todo: "Leave this segment out, or read a longer one",
  });
}
