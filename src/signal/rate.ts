import { SignalError } from "../errors.ts";
import { LARGEST_FACTOR } from "./resample.ts";

/** A change of rate as a fraction of whole numbers. */
export interface RateRatio {
  readonly up: number;
  readonly down: number;
  /** Relative error of the rate reached, `sfreq·up/down / target − 1`: 1e-6 drifts by 3.6 ms in an hour. */
  readonly error: number;
}

/** Largest |error| taken: 3.6 ms in an hour. */
export const RATE_TOLERANCE = 1e-6;

/**
 * The simplest fraction up/down (first convergent of the continued fraction) that brings `sfreq` to `target`
 * within `RATE_TOLERANCE`: 250 → 128/125, 1000/3 → 96/125, 250.0001 → 128/125 with error 4e-7.
 * @param sfreq Hz
 * @param target Hz
 * @throws SignalError when no fraction with factors up to 16384 comes that near, or a rate is not positive
 */
export function rateRatio(sfreq: number, target: number): RateRatio {
  if (!(sfreq > 0 && target > 0 && Number.isFinite(sfreq) && Number.isFinite(target))) {
    throw new SignalError({
      where: "rateRatio",
      what: "not a sampling rate",
      expected: "positive numbers of Hz",
      got: `${sfreq} → ${target}`,
    });
  }
  for (const [up, down] of convergents(target / sfreq)) {
    const error = (sfreq / target) * (up / down) - 1;
    if (up > 0 && Math.abs(error) <= RATE_TOLERANCE) return { up, down, error };
  }
  throw new SignalError({
    where: "rateRatio",
    what: `cannot be brought to ${target} Hz`,
    expected: `a rate that a fraction of whole numbers up to ${LARGEST_FACTOR} reaches within ${RATE_TOLERANCE}`,
    got: `${sfreq} Hz`,
    todo: "State the channel's true rate, or resample it before",
  });
}

/** Convergents of the continued fraction of `x` as long as both parts stay within `LARGEST_FACTOR`. */
function* convergents(x: number): Generator<[number, number]> {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  for (let rest = x; ; ) {
    const whole = Math.floor(rest);
    [p0, q0, p1, q1] = [p1, q1, whole * p1 + p0, whole * q1 + q0];
    if (!(p1 <= LARGEST_FACTOR && q1 <= LARGEST_FACTOR)) return;
    yield [p1, q1];
    if (rest === whole) return;
    rest = 1 / (rest - whole);
  }
}
