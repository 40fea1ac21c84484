import { expect } from "vitest";

type Numbers = ArrayLike<number> | ArrayLike<bigint>;

/** Largest |got − want|; infinities and NaN must agree, else the difference is infinite. */
export function maxDifference(got: Numbers, want: Numbers): number {
  if (got.length !== want.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    const [a, b] = [Number(got[i]), Number(want[i])];
    const difference = Object.is(a, b) || a === b ? 0 : Math.abs(a - b);
    worst = Math.max(worst, Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference);
  }
  return worst;
}

/** Largest finite magnitude, at least 1. */
export function magnitude(values: Numbers): number {
  let largest = 1;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs(Number(values[i]));
    if (Number.isFinite(size)) largest = Math.max(largest, size);
  }
  return largest;
}

/** Expect equal lengths and |got − want| ≤ tolerance · max(1, max |want|). */
export function expectClose(got: Numbers, want: Numbers, tolerance: number): void {
  expect(got.length).toBe(want.length);
  expect(maxDifference(got, want) / magnitude(want)).toBeLessThanOrEqual(tolerance);
}
