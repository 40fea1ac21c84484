/** What the times of heart beats say; NaN where there are too few beats. */
export interface HeartRhythm {
  /** Beats per minute: 60 over the mean interval. */
  readonly rate: number;
  /** Standard deviation of the intervals, ms, N − 1. */
  readonly sdnn: number;
  /** Root mean square of the differences of neighbouring intervals, ms. */
  readonly rmssd: number;
  /** Share of neighbouring intervals that differ by more than 50 ms. */
  readonly pnn50: number;
}

/** Intervals between beats that a heart can have, s: 200 to 30 beats per minute. */
const [SHORTEST, LONGEST] = [0.3, 2];

/** An interval farther than this from the median, as a share of it, is a missed or a false beat. */
const FARTHEST = 0.35;

/**
 * Heart rate and its variability from the samples of R peaks. Intervals that no heart has are left out, and with them the differences
 * to their neighbours.
 * @see Task Force of the ESC and NASPE, "Heart rate variability" (Circulation 93, 1996), time domain measures
 */
export function heartRhythm(peaks: readonly number[], sfreq: number): HeartRhythm {
  const intervals = peaks.slice(1).map((peak, i) => (peak - peaks[i]) / sfreq);
  const possible = intervals.filter((rr) => rr >= SHORTEST && rr <= LONGEST).sort((a, b) => a - b);
  const median = possible[possible.length >> 1];
  const isBeat = (rr: number): boolean => rr >= SHORTEST && rr <= LONGEST && Math.abs(rr - median) <= FARTHEST * median;
  const beats = intervals.filter(isBeat);
  const steps = intervals.slice(1).flatMap((rr, i) => (isBeat(rr) && isBeat(intervals[i]) ? [rr - intervals[i]] : []));
  const mean = average(beats);
  const deviation = Math.sqrt(beats.reduce((sum, rr) => sum + (rr - mean) ** 2, 0) / (beats.length - 1));
  return {
    rate: 60 / mean,
    sdnn: beats.length < 2 ? Number.NaN : 1000 * deviation,
    rmssd: 1000 * Math.sqrt(average(steps.map((step) => step * step))),
    pnn50: average(steps.map((step) => Number(Math.abs(step) > 0.05))),
  };
}

/** NaN of nothing. */
const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
