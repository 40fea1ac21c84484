import { SignalError } from "../errors.ts";
import { butterworth } from "./butterworth.ts";
import { defaultPadding, filtfiltInPlace } from "./filtfilt.ts";
import { type NonFinite, NonFiniteCleaner } from "./nonFinite.ts";
import { iirnotch } from "./notch.ts";
import { type RateRatio, rateRatio } from "./rate.ts";
import { planResampler, type Resampler, resampledLength, resampleRange } from "./resample.ts";
import type { Sensor } from "./sensors.ts";
import type { Sos } from "./sos.ts";
import { type Cascade, cascadeOf } from "./sosfilt.ts";

/** The model's rate, Hz. */
export const MODEL_SFREQ = 256;

/** Pass band of each sensor, Hz (SPEC.md §1). */
export const BANDS: Readonly<Record<Sensor, readonly [number, number]>> = {
  eeg: [0.1, 75],
  ecg: [0.5, 120],
  ppg: [0.5, 8],
};

/** Mains frequencies, Hz; both are always taken out. */
export const MAINS = [50, 60] as const;

const BAND_ORDER = 4;
const NOTCH_QUALITY = 30;

/** Steps of the chain that data may already have had. Everything is done if nothing is given. */
export interface ChainOptions {
  /** Pass band in Hz; the sensor's own if not given; `false`: no band-pass (the data had one). */
  readonly band?: readonly [number, number] | false;
  /** Hz; 50 and 60 if not given; `[]` for none. */
  readonly notches?: readonly number[];
  /** Hz; 256 if not given. The rate of the data itself means: do not resample. */
  readonly targetSfreq?: number;
}

/** A zero-phase filter of the chain. */
export interface ChainFilter {
  readonly sos: Sos;
  readonly cascade: Cascade;
  /** Samples of odd extension at each end. */
  readonly padding: number;
}

/** What will be done with a channel, in this order: zeros for missing samples, then `resampler` and `filters`. */
export interface ChainPlan {
  readonly sensor: Sensor;
  /** Rate in, Hz. */
  readonly sfreq: number;
  /** Rate out, Hz: off by `ratio.error`. */
  readonly targetSfreq: number;
  /** Rate at which the filters run, Hz. */
  readonly filterSfreq: number;
  /** Resampling comes before the filters. */
  readonly upsampleFirst: boolean;
  readonly band: readonly [number, number] | undefined;
  readonly notches: readonly number[];
  /** Notches that lie at or above half of `filterSfreq`: there is nothing to take out. */
  readonly skippedNotches: readonly number[];
  readonly ratio: RateRatio;
  /** Band-pass, then one filter per notch. */
  readonly filters: readonly ChainFilter[];
  readonly resampler: Resampler;
}

/** What was done with a channel. */
export interface ChainReport extends Omit<ChainPlan, "filters" | "resampler"> {
  readonly nonFinite: NonFinite;
}

/**
 * Decide the signal chain of a channel (SPEC.md §1). ECG and PPG sampled below the target are upsampled, then filtered.
 * Everything else is filtered at its own rate, then resampled; but an EEG whose 75 Hz does not lie below half its rate
 * (128 Hz recordings) is upsampled first too: its band-pass cannot be built otherwise, and a lower edge would leave
 * the two rates with different filters. Upsampling itself removes what lies above the old half rate.
 * @param sfreq Hz
 * @throws SignalError when the band does not fit below half the rate, or the rate cannot be brought to the target
 */
export function planChain(sensor: Sensor, sfreq: number, options: ChainOptions = {}): ChainPlan {
  const targetSfreq = options.targetSfreq ?? MODEL_SFREQ;
  const ratio = rateRatio(sfreq, targetSfreq);
  const band = options.band === false ? undefined : (options.band ?? BANDS[sensor]);
  const upsampleFirst = sfreq < targetSfreq && (sensor !== "eeg" || (band !== undefined && band[1] >= sfreq / 2));
  const filterSfreq = upsampleFirst ? targetSfreq : sfreq;
  checkBand(sensor, band, filterSfreq);
  const wanted = options.notches ?? MAINS;
  const notches = wanted.filter((frequency) => frequency < filterSfreq / 2);
  return {
    sensor,
    sfreq,
    targetSfreq,
    filterSfreq,
    upsampleFirst,
    band,
    notches,
    skippedNotches: wanted.filter((frequency) => !notches.includes(frequency)),
    ratio,
    filters: planFilters(band, notches, filterSfreq),
    resampler: planResampler(ratio.up, ratio.down),
  };
}

/**
 * Run the whole chain over a signal in memory; `samples` stay as they are.
 * @returns ceil(n·up/down) samples at `targetSfreq`
 * @throws SignalError as `planChain` does, and when the signal is not longer than the filters' padding (27 samples)
 */
export function applyChain(
  samples: ArrayLike<number>,
  sensor: Sensor,
  sfreq: number,
  options: ChainOptions = {},
): { samples: Float64Array; report: ChainReport } {
  const plan = planChain(sensor, sfreq, options);
  const cleaner = new NonFiniteCleaner();
  const x = Float64Array.from(samples);
  cleaner.clean(x);
  return { samples: runChain(plan, x), report: reportOf(plan, cleaner.found) };
}

/** The chain on cleaned samples, which it may overwrite. */
function runChain({ upsampleFirst, filters, resampler }: ChainPlan, x: Float64Array): Float64Array {
  const resample = (y: Float64Array) =>
    resampler.up === resampler.down ? y : resampleRange(resampler, y, 0, 0, resampledLength(resampler, y.length));
  const y = upsampleFirst ? resample(x) : x;
  for (const { cascade, padding } of filters) filtfiltInPlace(cascade, y, padding);
  return upsampleFirst ? y : resample(y);
}

/** The plan without its filter tables, and what was missing. */
export function reportOf({ filters: _, resampler: __, ...plan }: ChainPlan, nonFinite: NonFinite): ChainReport {
  return { ...plan, nonFinite };
}

function planFilters(
  band: readonly [number, number] | undefined,
  notches: readonly number[],
  sfreq: number,
): ChainFilter[] {
  const bandpass = band === undefined ? [] : [butterworth(BAND_ORDER, { type: "bandpass", cutoff: band }, sfreq)];
  return [...bandpass, ...notches.map((frequency) => iirnotch(frequency, NOTCH_QUALITY, sfreq))].map((sos) => ({
    sos,
    cascade: cascadeOf(sos),
    padding: defaultPadding(sos),
  }));
}

function checkBand(sensor: Sensor, band: readonly [number, number] | undefined, sfreq: number): void {
  if (band === undefined || (band[0] > 0 && band[1] > band[0] && band[1] < sfreq / 2)) return;
  throw new SignalError({
    where: `planChain, ${sensor}`,
    what: "band does not fit the sampling rate",
    expected: `0 < low < high < ${sfreq / 2} Hz`,
    got: `${band[0]} to ${band[1]} Hz`,
    todo: "Give a lower band, or a higher targetSfreq",
  });
}
