import { planFft } from "../../signal/fft.ts";
import { hann } from "../../signal/spectrum.ts";

/** Pulse rates that are looked for, Hz: 42 to 210 beats per minute. */
const [SLOWEST, FASTEST] = [0.7, 3.5];

/** How much finer than the transform of the window the spectrum is sampled. */
const FINER = 8;

export interface PulseRate {
  /** Beats per minute; NaN where the channels are flat. */
  readonly rate: number;
  /** Share of the power from 0.7 to 3.5 Hz that lies within 0.2 Hz of the peak: near 1 for a clean pulse. */
  readonly clarity: number;
}

/**
 * Pulse rate as the highest peak of the spectrum from 0.7 to 3.5 Hz: Hann window, zero-padded, refined by a parabola.
 * @param channels one or more PPG channels of the same length; their spectra are put together, each over its power
 */
export function pulseRate(channels: readonly ArrayLike<number>[], sfreq: number): PulseRate {
  const spectrum = spectrumOf(channels);
  if (spectrum === undefined) return { rate: Number.NaN, clarity: Number.NaN };
  const { power, size } = spectrum;
  const perBin = sfreq / size;
  const [first, last] = [Math.ceil(SLOWEST / perBin), Math.min(power.length - 2, Math.floor(FASTEST / perBin))];
  let peak = first;
  for (let k = first; k <= last; k++) if (power[k] > power[peak]) peak = k;
  const near = Math.round(0.2 / perBin);
  let [inside, all] = [0, 0];
  for (let k = first; k <= last; k++) {
    all += power[k];
    if (Math.abs(k - peak) <= near) inside += power[k];
  }
  return { rate: 60 * perBin * (peak + vertex(power, peak)), clarity: inside / all };
}

/** Offset of the top of the parabola through a bin and its neighbours, −½ to ½. */
function vertex(power: Float64Array, k: number): number {
  const [left, middle, right] = [power[k - 1], power[k], power[k + 1]];
  const curve = left - 2 * middle + right;
  return curve < 0 && left <= middle && right <= middle ? (left - right) / (2 * curve) : 0;
}

function spectrumOf(channels: readonly ArrayLike<number>[]): { power: Float64Array; size: number } | undefined {
  const nTimes = channels[0]?.length ?? 0;
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, FINER * nTimes)));
  const power = new Float64Array(size / 2 + 1);
  const window = hann(nTimes);
  const fft = planFft(size);
  let used = 0;
  for (const x of channels) {
    const [re, im] = [new Float64Array(size), new Float64Array(size)];
    let mean = 0;
    for (let i = 0; i < nTimes; i++) mean += x[i] / nTimes;
    let energy = 0;
    for (let i = 0; i < nTimes; i++) {
      re[i] = (x[i] - mean) * window[i];
      energy += re[i] * re[i];
    }
    if (!(energy > 1e-20)) continue;
    fft.run(re, im);
    for (let k = 0; k < power.length; k++) power[k] += (re[k] * re[k] + im[k] * im[k]) / energy;
    used++;
  }
  return used === 0 ? undefined : { power, size };
}
