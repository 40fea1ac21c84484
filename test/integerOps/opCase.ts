import { randomStream } from "../../src/model/random.ts";

/** An op on drawn integers beside its float64 form on the same values; everything in steps of the output. */
export interface OpCase {
  readonly op: string;
  /** What was drawn, for the table. */
  readonly drawn: string;
  readonly got: ArrayLike<number>;
  /** Neither rounded nor clipped. */
  readonly exact: ArrayLike<number>;
  /** The range of the output, ± this. */
  readonly limit: number;
  /** Largest error that each value can have, by the derivation beside the case. */
  readonly bound: (i: number) => number;
  /** Its variance, where every rounding on the way is uniform and independent of the others. */
  readonly variance: (i: number) => number;
  /** Values this far apart are one: the circle of a phase. */
  readonly circle?: number;
}

export interface OpError {
  readonly largest: number;
  /** Largest quotient of an error and its bound. */
  readonly ofBound: number;
  readonly rms: number;
  /** What the variances make of it. */
  readonly expected: number;
  /** RMS of the exact output. */
  readonly output: number;
}

/** Variance of rounding to whole steps. */
export const ROUNDING = 1 / 12;

/** Bound and variance of an op that rounds once, at its output; a multiplier is within 2⁻³¹, one put together at run time within 2⁻²⁸. */
export function roundedOnce(exact: ArrayLike<number>): Pick<OpCase, "bound" | "variance"> {
  return { bound: (i) => 0.5 + Math.abs(exact[i]) * 2 ** -28, variance: () => ROUNDING };
}

export function errorOf({ got, exact, limit, bound, variance, circle }: OpCase): OpError {
  let [largest, ofBound, squares, expected, power] = [0, 0, 0, 0, 0];
  const count = exact.length;
  if (got.length !== count) throw new Error(`${got.length} values where ${count} are expected`);
  for (let i = 0; i < count; i++) {
    const inside = Math.min(Math.max(exact[i], -limit), limit);
    const apart = Math.abs(got[i] - inside);
    const error = circle === undefined ? apart : Math.min(apart, circle - apart);
    largest = Math.max(largest, error);
    ofBound = Math.max(ofBound, error === 0 ? 0 : error / bound(i));
    squares += error ** 2 / count;
    expected += variance(i) / count;
    power += inside ** 2 / count;
  }
  return { largest, ofBound, rms: Math.sqrt(squares), expected: Math.sqrt(expected), output: Math.sqrt(power) };
}

/** Normal values of a deviation in steps, as integers. */
export function drawSteps(purpose: string, count: number, deviation: number, limit: 127 | 32767): number[] {
  return Array.from(randomStream(5, purpose).normal(0, count), (value) =>
    Math.min(Math.max(Math.round(deviation * value), -limit), limit),
  );
}

export const draw8 = (purpose: string, count: number, deviation: number): Int8Array =>
  Int8Array.from(drawSteps(purpose, count, deviation, 127));

export const draw16 = (purpose: string, count: number, deviation: number): Int16Array =>
  Int16Array.from(drawSteps(purpose, count, deviation, 32767));

export const sumOf = (count: number, term: (i: number) => number): number => {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += term(i);
  return sum;
};

export const largestOf = (values: Iterable<number>): number => {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
};
