import { readFileSync } from "node:fs";
import type { ButterworthShape } from "../butterworth.ts";
import type { Sensor } from "../sensors.ts";

/** How the input of a case is made: see `noise` in make.py. */
interface Noise {
  readonly seed: number;
  readonly n: number;
  readonly walk: number;
}

/** Every `step`-th value of a long output. */
interface Thinned {
  readonly step: number;
  readonly y: number[];
}

type Filter = ButterworthShape & { readonly order: number; readonly sfreq: number };

interface Reference {
  readonly butterworth: readonly (Filter & { sos: number[][] })[];
  readonly sosfilt: {
    settled: number[];
    zi: { seed: number };
    x: { seed: number; n: number };
    y: number[];
    zf: number[];
  };
  readonly sosfiltfilt: readonly (Filter & Noise & Thinned & { padding: number | null })[];
  readonly notch: readonly (Noise &
    Thinned & { frequency: number; q: number; sfreq: number; b: number[]; a: number[] })[];
  readonly filtfiltLowOrder: { b: number[]; a: number[]; y: number[] };
  readonly stability: readonly (ButterworthShape & Noise & Thinned & { max: number; fraction_form_error: number })[];
  readonly firwin: readonly { n: number; cutoff: number; beta: number; step: number; taps: number[] }[];
  readonly resample: readonly (Noise & Thinned & { up: number; down: number; length: number })[];
  readonly chain: readonly (Noise & Thinned & { sensor: Sensor; sfreq: number; length: number; max: number })[];
  readonly welch: readonly (Noise & {
    sfreq: number;
    length: number;
    overlap: number;
    detrend: "constant" | "linear" | false;
    step: number;
    bins: number;
    lastFrequency: number;
    density: number[];
  })[];
}

/** What SciPy computed (make.py). */
export const reference = JSON.parse(readFileSync(new URL("./filters.json", import.meta.url), "utf8")) as Reference;

/** `noise` of make.py, bit for bit: Park-Miller numbers in (−0.5, 0.5) plus `walk` times their running sum. */
export function noise({ seed, n, walk = 0 }: { seed: number; n: number; walk?: number }): Float64Array {
  let state = seed;
  let sum = 0;
  return Float64Array.from({ length: n }, () => {
    state = (state * 16807) % 2147483647;
    const value = state / 2147483647 - 0.5;
    sum += value;
    return value + walk * sum;
  });
}

/** Largest |got − wanted| over the largest |wanted| (or `max`); infinite where the lengths differ. */
export function relativeError(got: ArrayLike<number>, wanted: ArrayLike<number>, max = 0): number {
  if (got.length !== wanted.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  let top = max;
  for (let i = 0; i < wanted.length; i++) {
    const error = Math.abs(got[i] - wanted[i]);
    if (!(error <= worst)) worst = error;
    if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
    top = Math.max(top, Math.abs(wanted[i]));
  }
  return top === 0 ? worst : worst / top;
}

export const thin = (x: Float64Array, step: number): Float64Array => x.filter((_, i) => i % step === 0);
