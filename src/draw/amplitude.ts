import { extremes } from "./decimate.ts";

/** Where most of a signal lies. */
export interface Span {
  /** Middle, in the channel's unit. */
  readonly center: number;
  /** Height, in the channel's unit; 0 for a constant. */
  readonly height: number;
}

const BLOCK_SECONDS = 2; // holds a heart beat at 30 bpm

/** Share of blocks at either end that are taken for artefacts. */
const OUTLIERS = 0.05;

/**
 * Middle and height of a signal without its rare artefacts: from the lowest to the highest value of 2 s blocks,
 * the outermost 5 % of blocks at either end left out. Every beat of an ECG counts, a loose electrode does not.
 */
export function spanOf(samples: ArrayLike<number>, sfreq: number): Span {
  const size = Math.max(1, Math.round(BLOCK_SECONDS * sfreq));
  const low: number[] = [];
  const high: number[] = [];
  for (let start = 0; start < samples.length; start += size) {
    const [a, b] = extremes(samples, start, Math.min(samples.length, start + size));
    if (!Number.isFinite(samples[a])) continue;
    low.push(Math.min(samples[a], samples[b]));
    high.push(Math.max(samples[a], samples[b]));
  }
  if (low.length === 0) return { center: 0, height: 0 };
  const [bottom, top] = [quantile(low, OUTLIERS), quantile(high, 1 - OUTLIERS)];
  return { center: (bottom + top) / 2, height: Math.max(0, top - bottom) };
}

/**
 * One height for channels of one scale: the tallest, but no more than three times the middle one, so that one bad channel does not
 * flatten the others.
 */
export function sharedHeight(heights: readonly number[], share: number): number {
  const real = heights.filter((height) => height > 0);
  if (real.length === 0) return 0;
  return Math.min(quantile(real, share), 3 * quantile(real, 0.5));
}

/** Nearest-rank quantile. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))];
}
