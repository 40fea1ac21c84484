import { UsageError } from "../../errors.ts";
import type { ChannelSpec } from "../../store/index.ts";
import { type Band, ECG_BANDS, EEG_BANDS, logBandPowers } from "./bandPowers.ts";
import { heartRhythm } from "./heartRhythm.ts";
import { pulseRate } from "./pulseRate.ts";
import { rPeaks } from "./rPeaks.ts";

/** Numbers that describe windows. */
export interface FeatureTable {
  /** Rows, N. */
  readonly count: number;
  /** F names: "C3 alpha", "heart rate (ECG)". */
  readonly names: readonly string[];
  /** (N, F) row-major; NaN where a window does not have the feature. */
  readonly values: Float64Array;
}

export const ECG_RATE = "heart rate (ECG)";
export const PPG_RATE = "pulse rate (PPG)";

/**
 * Features of windows: per EEG channel log band powers; of the ECG heart rate and its variability and, per lead, log band powers and the
 * height of the R peak; of the PPG the spectral-peak pulse rate and its clarity.
 * @param x (N, C, T) row-major, filtered, not z-scored
 * @param sfreq Hz
 * @throws UsageError when `x` does not hold whole windows
 */
export function windowFeatures(
  x: Float32Array,
  channels: readonly ChannelSpec[],
  nTimes: number,
  sfreq: number,
): FeatureTable {
  const perWindow = channels.length * nTimes;
  if (!(perWindow > 0) || x.length % perWindow !== 0) {
    throw new UsageError({
      where: "features",
      what: "samples are not whole windows",
      expected: `a multiple of ${channels.length} channels × ${nTimes} samples`,
      got: String(x.length),
    });
  }
  const count = x.length / perWindow;
  const names = featureNames(channels);
  const values = new Float64Array(count * names.length);
  for (let row = 0; row < count; row++) {
    const signals = channels.map((_, c) =>
      x.subarray(row * perWindow + c * nTimes, row * perWindow + (c + 1) * nTimes),
    );
    values.set(featuresOf(signals, channels, sfreq), row * names.length);
  }
  return { count, names, values };
}

/** Rows of tables with the same features, one after the other. @throws UsageError when they differ */
export function joinFeatures(tables: readonly FeatureTable[]): FeatureTable {
  const names = tables[0]?.names ?? [];
  const other = tables.find((table) => table.names.join("\n") !== names.join("\n"));
  if (other !== undefined) {
    throw new UsageError({
      where: "features",
      what: "tables have different features",
      expected: `${names.length} (${names.slice(0, 3).join(", ")}, …)`,
      got: `${other.names.length} (${other.names.slice(0, 3).join(", ")}, …)`,
      todo: "Use windows of one channel layout",
    });
  }
  const values = new Float64Array(tables.reduce((sum, table) => sum + table.values.length, 0));
  let at = 0;
  for (const table of tables) {
    values.set(table.values, at);
    at += table.values.length;
  }
  return { count: tables.reduce((sum, { count }) => sum + count, 0), names, values };
}

const RHYTHM = [ECG_RATE, "SDNN", "RMSSD", "pNN50"];

function featureNames(channels: readonly ChannelSpec[]): string[] {
  const of = (sensor: string) => channels.filter((channel) => channel.sensor === sensor).map(({ name }) => name);
  const powers = (names: readonly string[], bands: readonly Band[]) =>
    names.flatMap((name) => bands.map(([band]) => `${name} ${band}`));
  const leads = of("ecg");
  return [
    ...powers(of("eeg"), EEG_BANDS),
    ...(leads.length === 0 ? [] : RHYTHM),
    ...powers(leads, ECG_BANDS),
    ...leads.map((name) => `${name} R`),
    ...(of("ppg").length === 0 ? [] : [PPG_RATE, "pulse clarity"]),
  ];
}

function featuresOf(signals: readonly Float32Array[], channels: readonly ChannelSpec[], sfreq: number): number[] {
  const of = (sensor: string) => signals.filter((_, c) => channels[c].sensor === sensor);
  const [eeg, ecg, ppg] = [of("eeg"), of("ecg"), of("ppg")];
  const pulse = ppg.length === 0 ? undefined : pulseRate(ppg, sfreq);
  return [
    ...eeg.flatMap((x) => logBandPowers(x, sfreq, EEG_BANDS)),
    ...(ecg.length === 0 ? [] : heartFeatures(ecg, sfreq)),
    ...(pulse === undefined ? [] : [pulse.rate, pulse.clarity]),
  ];
}

function heartFeatures(leads: readonly Float32Array[], sfreq: number): number[] {
  const peaks = rPeaks(leads, sfreq);
  const { rate, sdnn, rmssd, pnn50 } = heartRhythm(peaks, sfreq);
  const heights = leads.map((lead) => medianOf(peaks.map((peak) => lead[peak])) - medianOf(lead));
  return [rate, sdnn, rmssd, pnn50, ...leads.flatMap((lead) => logBandPowers(lead, sfreq, ECG_BANDS)), ...heights];
}

/** NaN of nothing. */
function medianOf(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.length === 0 ? Number.NaN : sorted[sorted.length >> 1];
}
