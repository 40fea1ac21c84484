import { SignalError } from "../errors.ts";
import { planFft } from "./fft.ts";

export interface WelchOptions {
  /** Samples per segment; 256, or the whole signal if it is shorter. */
  readonly length?: number;
  /** Samples that neighbouring segments share; half a segment if not given. */
  readonly overlap?: number;
  /** What is taken out of each segment; its mean if not given. */
  readonly detrend?: "constant" | "linear" | false;
}

/** One-sided power spectral density. */
export interface Spectrum {
  /** Hz, from 0 to at most half the rate. */
  readonly frequencies: Float64Array;
  /** unit² / Hz. */
  readonly density: Float64Array;
}

/**
 * Power spectral density by Welch's method: Hann window, mean over segments.
 * @throws SignalError for an empty signal or segments that do not advance
 * @see scipy.signal.welch(x, sfreq, nperseg=length, noverlap=overlap, detrend=detrend)
 */
export function welch(x: ArrayLike<number>, sfreq: number, options: WelchOptions = {}): Spectrum {
  const length = Math.min(options.length ?? 256, x.length);
  const overlap = options.overlap ?? Math.floor(length / 2);
  checkSegments(x.length, length, overlap, sfreq);
  const window = hann(length);
  const fft = planFft(length);
  const power = new Float64Array(Math.floor(length / 2) + 1);
  const [re, im] = [new Float64Array(length), new Float64Array(length)];
  let nSegments = 0;
  for (let start = 0; start + length <= x.length; start += length - overlap, nSegments++) {
    for (let i = 0; i < length; i++) re[i] = x[start + i];
    detrendInPlace(re, options.detrend ?? "constant");
    for (let i = 0; i < length; i++) re[i] *= window[i];
    im.fill(0);
    fft.run(re, im);
    for (let k = 0; k < power.length; k++) power[k] += re[k] * re[k] + im[k] * im[k];
  }
  const scale = 1 / (sfreq * window.reduce((sum, w) => sum + w * w, 0) * nSegments);
  return {
    frequencies: power.map((_, k) => (k * sfreq) / length),
    density: power.map((p, k) => p * scale * (k === 0 || 2 * k === length ? 1 : 2)), // both sides of the axis
  };
}

/** Power in a band, unit²: the sum of the bins with `low ≤ f < high`, times their distance. */
export function bandPower({ frequencies, density }: Spectrum, low: number, high: number): number {
  const bin = frequencies.length > 1 ? frequencies[1] : 0;
  return density.reduce((sum, d, k) => (frequencies[k] >= low && frequencies[k] < high ? sum + d * bin : sum), 0);
}

/** Periodic Hann window, `scipy.signal.get_window("hann", n)`. */
export const hann = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, i) => (n === 1 ? 1 : 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n)));

function detrendInPlace(x: Float64Array, kind: "constant" | "linear" | false): void {
  if (kind === false) return;
  const centre = (x.length - 1) / 2;
  const mean = x.reduce((sum, v) => sum + v, 0) / x.length;
  const squares = (x.length * (x.length * x.length - 1)) / 12; // Σ (i − centre)²
  const covariance = x.reduce((sum, v, i) => sum + (v - mean) * (i - centre), 0);
  const slope = kind === "linear" && x.length > 1 ? covariance / squares : 0;
  for (let i = 0; i < x.length; i++) x[i] -= mean + slope * (i - centre);
}

function checkSegments(nTimes: number, length: number, overlap: number, sfreq: number): void {
  const valid = Number.isInteger(length) && length >= 1 && Number.isInteger(overlap) && overlap >= 0;
  if (nTimes > 0 && valid && overlap < length && sfreq > 0) return;
  throw new SignalError({
    where: "welch",
    what: "segments cannot be laid",
    expected: "at least 1 sample, a length of at least 1 and an overlap below it",
    got: `${nTimes} samples at ${sfreq} Hz, length ${length}, overlap ${overlap}`,
  });
}
