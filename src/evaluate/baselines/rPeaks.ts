import { butterworth, sosfiltfilt } from "../../signal/index.ts";

/** Where the energy of a QRS complex lies, Hz. */
const BAND: readonly [number, number] = [8, 20];

/** Widths of a QRS complex and of a beat, s, and the share of the mean energy that a beat must rise above its surroundings. */
const [QRS_SECONDS, BEAT_SECONDS, OFFSET] = [0.097, 0.611, 0.08];

/** Time in which no second beat can come, s. */
const REFRACTORY_SECONDS = 0.3;

/**
 * R peaks by two moving averages of the energy from 8 to 20 Hz: blocks where the short one is above the long one, at least a QRS wide.
 * Polarity does not matter; leads are put together by their energy, each over its mean.
 * @param leads one or more leads of the same length, in any unit
 * @returns samples, rising
 * @see Elgendi, "Fast QRS detection with an optimized knowledge-based method" (PLoS ONE 8, e73557, 2013)
 */
export function rPeaks(leads: readonly ArrayLike<number>[], sfreq: number): number[] {
  const energy = energyOf(leads, sfreq);
  if (energy === undefined) return [];
  const qrs = movingMean(energy, Math.round(QRS_SECONDS * sfreq));
  const beat = movingMean(energy, Math.round(BEAT_SECONDS * sfreq));
  const offset = OFFSET * meanOf(energy);
  const least = Math.round(QRS_SECONDS * sfreq);
  const peaks: number[] = [];
  for (let start = 0; start < energy.length; start++) {
    if (!(qrs[start] > beat[start] + offset)) continue;
    let stop = start + 1;
    while (stop < energy.length && qrs[stop] > beat[stop] + offset) stop++;
    if (stop - start >= least) addPeak(peaks, largest(energy, start, stop), energy, REFRACTORY_SECONDS * sfreq);
    start = stop;
  }
  return peaks;
}

/** Of two peaks too close to be two beats the stronger stays. */
function addPeak(peaks: number[], peak: number, energy: Float64Array, refractory: number): void {
  const before = peaks.at(-1);
  if (before === undefined || peak - before >= refractory) peaks.push(peak);
  else if (energy[peak] > energy[before]) peaks[peaks.length - 1] = peak;
}

/** Sum over leads of the filtered lead squared over its mean; undefined where all are flat or too short to be filtered. */
function energyOf(leads: readonly ArrayLike<number>[], sfreq: number): Float64Array | undefined {
  const sos = butterworth(2, { type: "bandpass", cutoff: BAND }, sfreq);
  const nTimes = leads[0]?.length ?? 0;
  if (nTimes < sfreq) return undefined;
  const energy = new Float64Array(nTimes);
  let used = 0;
  for (const lead of leads) {
    const squares = sosfiltfilt(sos, lead).map((value) => value * value);
    const mean = meanOf(squares);
    if (!(mean > 1e-20)) continue; // a flat lead leaves rounding errors
    for (let i = 0; i < nTimes; i++) energy[i] += squares[i] / mean;
    used++;
  }
  return used === 0 ? undefined : energy;
}

/** Centred mean over `width` samples, over fewer at the ends. */
function movingMean(x: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(x.length + 1);
  for (let i = 0; i < x.length; i++) sums[i + 1] = sums[i] + x[i];
  const half = width >> 1;
  return x.map((_, i) => {
    const [from, to] = [Math.max(0, i - half), Math.min(x.length, i - half + width)];
    return (sums[to] - sums[from]) / (to - from);
  });
}

const meanOf = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0) / x.length;

function largest(x: Float64Array, from: number, to: number): number {
  let best = from;
  for (let i = from; i < to; i++) if (x[i] > x[best]) best = i;
  return best;
}
