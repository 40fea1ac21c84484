import type { RandomStream } from "../model/index.ts";
import { zscore } from "../signal/index.ts";

/** Something that makes a window worse. */
export interface Disturbance {
  readonly kind: "channels" | "noise";
  /** "channels": share that is removed, 0 to 1. "noise": ratio of signal to noise, dB. */
  readonly level: number;
}

/** What robustness is measured with, from mild to hard. */
export const DISTURBANCES: readonly Disturbance[] = [
  ...[0.25, 0.5, 0.75].map((level) => ({ kind: "channels", level }) as const),
  ...[20, 10, 5, 0].map((level) => ({ kind: "noise", level }) as const),
];

/** Windows with fewer channels have none removed: a quarter of them would not be one. */
export const LEAST_CHANNELS = 4;

/**
 * Which of some channels stay when a share of them is removed at random: `C − round(share · C)`, at least one. What is missing at one share is
 * missing at every larger one, too.
 * @param stream of the window
 * @returns indices, ascending
 */
export function keepAtRandom(nChans: number, share: number, stream: RandomStream): number[] {
  const draws = stream.uniform(0, nChans);
  const order = Array.from(draws.keys()).sort((a, b) => draws[a] - draws[b] || a - b);
  return order.slice(Math.min(Math.round(share * nChans), nChans - 1)).sort((a, b) => a - b);
}

/**
 * Add white Gaussian noise to each channel of a z-scored window (C, T), and z-score it again. The noise of a channel has mean 0 and exactly the
 * deviation `10^(−snr / 20)`; it is the same at every ratio but for that factor. A constant channel stays 0: nothing stands against noise in it.
 * @param snr dB, of the window's own samples
 * @param stream of the window
 */
export function addNoise(
  window: Float32Array,
  nChans: number,
  snr: number,
  stream: RandomStream,
): Float32Array<ArrayBuffer> {
  const nTimes = window.length / nChans;
  const sigma = 10 ** (-snr / 20);
  const out = new Float32Array(window.length);
  for (let c = 0; c < nChans; c++) {
    const [from, to] = [c * nTimes, (c + 1) * nTimes];
    const samples = window.subarray(from, to);
    if (samples.every((v) => v === 0)) continue;
    const noise = zscore(stream.normal(from, nTimes), new Float64Array(nTimes));
    zscore(
      noise.map((z, t) => samples[t] + sigma * z),
      out.subarray(from, to),
    );
  }
  return out;
}
