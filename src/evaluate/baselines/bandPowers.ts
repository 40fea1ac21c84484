import { bandPower, welch } from "../../signal/index.ts";

/** A band of frequencies, Hz: `low ≤ f < high`. */
export type Band = readonly [name: string, low: number, high: number];

/** The classical rhythms of the EEG; up to 45 Hz, below any mains. */
export const EEG_BANDS: readonly Band[] = [
  ["delta", 1, 4],
  ["theta", 4, 8],
  ["alpha", 8, 13],
  ["beta", 13, 30],
  ["gamma", 30, 45],
];

/** Slow waves (P, T, ST), QRS, and its steepest parts. */
export const ECG_BANDS: readonly Band[] = [
  ["slow", 0.5, 5],
  ["QRS", 5, 15],
  ["steep", 15, 40],
];

/** Length of a Welch segment, s: half a hertz of resolution. */
const SEGMENT_SECONDS = 2;

/** Power below which a channel counts as silent, unit²: keeps the logarithm finite. */
const SILENCE = 1e-12;

/** Natural logarithm of the power in each band, unit², by Welch's method with segments of 2 s. */
export function logBandPowers(x: ArrayLike<number>, sfreq: number, bands: readonly Band[]): number[] {
  const spectrum = welch(x, sfreq, { length: Math.round(SEGMENT_SECONDS * sfreq) });
  return bands.map(([, low, high]) => Math.log(Math.max(SILENCE, bandPower(spectrum, low, high))));
}
