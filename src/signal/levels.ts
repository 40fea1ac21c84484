/** What the values of a window are, and how they stand still. Missing samples are counted and otherwise left out. */
export interface Levels {
  /** Lowest and highest value; 0 when all samples are missing. */
  readonly min: number;
  readonly max: number;
  /** Smallest change from one sample to the next that is not 0: the resolution of the converter, or less. */
  readonly step: number;
  readonly nonFinite: number;
  /** Samples in runs of at least `flatRun` equal samples. */
  readonly inFlatRuns: number;
  /** Whether `min` or `max` is held for two samples or more. */
  readonly holdsExtreme: boolean;
}

/** One pass over the runs of equal samples. */
export function levelsOf(x: Float64Array, flatRun: number): Levels {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let step = Number.POSITIVE_INFINITY;
  let nonFinite = 0;
  let inFlatRuns = 0;
  let heldLow = Number.POSITIVE_INFINITY; // lowest and highest values held for two samples or more
  let heldHigh = Number.NEGATIVE_INFINITY;
  for (let i = 0, before = Number.NaN; i < x.length; ) {
    const v = x[i];
    const run = runLength(x, i);
    i += run;
    const change = Math.abs(v - before);
    before = v;
    if (v - v !== 0) {
      nonFinite += run;
      continue;
    }
    if (v < min) min = v;
    if (v > max) max = v;
    if (change < step) step = change;
    if (run === 1) continue;
    if (run >= flatRun) inFlatRuns += run;
    if (v < heldLow) heldLow = v;
    if (v > heldHigh) heldHigh = v;
  }
  if (nonFinite === x.length) return { min: 0, max: 0, step, nonFinite, inFlatRuns: 0, holdsExtreme: false };
  return { min, max, step, nonFinite, inFlatRuns, holdsExtreme: heldLow === min || heldHigh === max };
}

/** A signal arrives at a rail faster than this many of its smallest steps … */
const STEEP = 3;

/** … or rests there this many times longer than at the values beside it. At the top of a quantised wave it is at most 5. */
const LONGER = 10;

/**
 * Samples on the rails: at `min` or `max` in a run of two or more that is entered or left steeply, or that is far
 * longer than the runs on either side. The tops of a smooth wave in coarse steps are neither. 0 for a constant window.
 */
export function clippedSamples(x: Float64Array, { min, max, step, holdsExtreme }: Levels): number {
  if (!holdsExtreme || min === max) return 0;
  const steep = (i: number, v: number) => Math.abs(x[i] - v) > STEEP * step; // false beyond the ends
  let clipped = 0;
  let before = 0;
  for (let i = 0; i < x.length; ) {
    const v = x[i];
    const run = runLength(x, i);
    const end = i + run;
    if (run > 1 && (v === min || v === max)) {
      const after = end < x.length ? runLength(x, end) : 0;
      if (steep(i - 1, v) || steep(end, v) || run > LONGER * Math.max(before, after)) clipped += run;
    }
    before = run;
    i = end;
  }
  return clipped;
}

function runLength(x: Float64Array, start: number): number {
  const v = x[start];
  let end = start + 1;
  while (end < x.length && x[end] === v) end++;
  return end - start;
}
