import { SignalError } from "../errors.ts";
import { firwin } from "./firwin.ts";

/** A polyphase filter that changes a rate by up/down. */
export interface Resampler {
  readonly up: number;
  readonly down: number;
  /** Half the length of the low-pass, in samples of the rate `up·sfreq`. */
  readonly halfLength: number;
  /** Taps per phase. */
  readonly width: number;
  /** (up, width): the taps that one output sample takes, in the order of the input samples. */
  readonly phases: Float64Array;
}

/** Largest up or down factor: 20·LARGEST_FACTOR taps are 2.6 MB. */
export const LARGEST_FACTOR = 16384;

/**
 * Design the resampler of SciPy's `resample_poly`: Kaiser 5.0 low-pass of 20·max(up, down) + 1 taps, gain `up`.
 * A common divisor of the factors is taken out first.
 * @throws SignalError when a factor is not a whole number from 1 to 16384
 */
export function planResampler(up: number, down: number): Resampler {
  const [p, q] = reduced(up, down);
  const most = Math.max(p, q);
  if (most === 1) return { up: 1, down: 1, halfLength: 0, width: 1, phases: Float64Array.of(1) };
  const halfLength = 10 * most;
  const taps = firwin(2 * halfLength + 1, 1 / most, 5.0);
  const width = Math.ceil(taps.length / p);
  const phases = new Float64Array(p * width);
  for (let n = 0; n < taps.length; n++) {
    phases[(n % p) * width + width - 1 - Math.floor(n / p)] = p * taps[n]; // reversed: newest input last
  }
  return { up: p, down: q, halfLength, width, phases };
}

/** ceil(n·up/down): samples that n input samples become. */
export const resampledLength = ({ up, down }: Pick<Resampler, "up" | "down">, nTimes: number): number =>
  Math.ceil((nTimes * up) / down);

/**
 * Bring a signal to up/down times its rate. Beyond its ends the signal counts as zero. `x` stays as it is.
 * @returns ceil(n·up/down) samples
 * @see scipy.signal.resample_poly(x, up, down)
 */
export function resamplePoly(x: ArrayLike<number>, up: number, down: number): Float64Array {
  const plan = planResampler(up, down);
  const input = x instanceof Float64Array ? x : Float64Array.from(x);
  return resampleRange(plan, input, 0, 0, resampledLength(plan, input.length));
}

/**
 * Output samples `from … to` of an endless signal of which `x` holds the samples from index `first`; what lies outside
 * `x` counts as zero. Any cut of the output range gives the same numbers, bit for bit.
 */
export function resampleRange(
  plan: Resampler,
  x: Float64Array,
  first: number,
  from: number,
  to: number,
  out = new Float64Array(to - from),
): Float64Array {
  const { up, down, halfLength, width, phases } = plan;
  for (let m = from; m < to; m++) {
    const t = m * down + halfLength; // y[m] = Σ_j h[t − j·up] · x[j]
    const newest = Math.floor(t / up);
    const start = newest - width + 1 - first;
    out[m - from] = dot(phases, (t - newest * up) * width, x, start, width);
  }
  return out;
}

/** Inputs needed for the outputs `from … to`: indices of the first and one past the last. */
export function inputRange({ up, down, halfLength, width }: Resampler, from: number, to: number): [number, number] {
  return [Math.floor((from * down + halfLength) / up) - width + 1, Math.floor(((to - 1) * down + halfLength) / up) + 1];
}

function dot(h: Float64Array, at: number, x: Float64Array, start: number, width: number): number {
  const k0 = Math.max(0, -start);
  const k1 = Math.min(width, x.length - start);
  let even = 0;
  let odd = 0; // two sums in flight
  let k = k0;
  if ((k1 - k0) & 1) even = h[at + k] * x[start + k++];
  for (; k < k1; k += 2) {
    even += h[at + k] * x[start + k];
    odd += h[at + k + 1] * x[start + k + 1];
  }
  return even + odd;
}

function reduced(up: number, down: number): [number, number] {
  const valid = (n: number) => Number.isInteger(n) && n >= 1;
  let [a, b] = [up, down];
  while (valid(up) && valid(down) && b !== 0) [a, b] = [b, a % b];
  if (valid(up) && valid(down) && Math.max(up, down) / a <= LARGEST_FACTOR) return [up / a, down / a];
  throw new SignalError({
    where: "planResampler",
    what: "factors out of range",
    expected: `whole numbers from 1 to ${LARGEST_FACTOR}`,
    got: `${up}/${down}`,
  });
}
