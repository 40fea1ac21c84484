import { UsageError } from "../../errors.ts";

/** A step longer than this many median steps, and than 1.5 times nearly all (99 %) of them, is a gap. */
const GAP_STEPS = 5;
const GAP_RATIO = 1.5;
/** Samples on the grid per row of the table at most: times that leap about would fill any memory with interpolated values. */
const MOST_PER_ROW = 20;
/** Share of rows that may stand still or run backwards in time; such rows are left out. */
const MOST_BACKWARDS = 0.05;

/** Times of the rows, turned into a uniform grid. */
export interface TimeAxis {
  readonly sfreq: number;
  /** Rows used: those whose time goes on. */
  readonly rows: Uint32Array;
  /** Runs without gaps: indices into `rows`, and onset in seconds from the first row. */
  readonly runs: readonly Run[];
  /** Whether rows lie on the grid; if not, they must be interpolated. */
  readonly uniform: boolean;
  readonly warnings: readonly string[];
}

export interface Run {
  readonly start: number;
  readonly stop: number;
  readonly onset: number;
  /** Samples on the grid. */
  readonly nTimes: number;
}

/**
 * Find rate and gaps of a time column. Rows that lie within half a step of a uniform grid keep their values;
 * otherwise the grid has the median step and values are to be interpolated.
 * @param times seconds
 * @throws UsageError when too many rows do not go forward in time
 */
export function planTimeAxis(times: Float64Array, where: string): TimeAxis {
  const warnings: string[] = [];
  const rows = forwardRows(times, where, warnings);
  const steps = Float64Array.from({ length: rows.length - 1 }, (_, i) => times[rows[i + 1]] - times[rows[i]]);
  const sorted = steps.toSorted();
  const median = Math.round(sorted[Math.floor(sorted.length / 2)] * 1e9) / 1e9 || sorted[Math.floor(sorted.length / 2)]; // ns
  const usual = sorted[Math.floor(0.99 * (sorted.length - 1))];
  const gap = Math.max(GAP_STEPS * median, GAP_RATIO * usual);
  const bounds = [0];
  for (let i = 0; i < steps.length; i++) if (steps[i] > gap) bounds.push(i + 1);
  bounds.push(rows.length);
  const spans = bounds.slice(1).map((stop, i) => ({ start: bounds[i], stop }));
  const even = evenRate(times, rows, spans);
  const sfreq = even ?? 1 / median;
  const runs: Run[] = spans
    .filter(({ start, stop }) => stop - start > 1)
    .map(({ start, stop }) => {
      const duration = times[rows[stop - 1]] - times[rows[start]];
      const nTimes = even === undefined ? Math.floor(duration * sfreq + 1e-6) + 1 : stop - start;
      return { start, stop, onset: times[rows[start]] - times[rows[0]], nTimes };
    });
  checkGrid(runs, rows.length, where);
  if (spans.length > 1) warnings.push(describeGaps(spans.length - 1, sorted, gap, spans.length - runs.length));
  if (even === undefined) warnings.push(describeJitter(sorted, median, sfreq));
  return { sfreq, rows, runs, uniform: even !== undefined, warnings };
}

function checkGrid(runs: readonly Run[], nRows: number, where: string): void {
  const nTimes = runs.reduce((sum, run) => sum + run.nTimes, 0);
  if (nTimes <= MOST_PER_ROW * nRows) return;
  throw new UsageError({
    where,
    what: "has times too irregular for one sampling rate",
    expected: `at most ${MOST_PER_ROW} samples per row at the rate of its usual steps`,
    got: `${nTimes} samples for ${nRows} rows`,
    todo: "Say the sampling rate to ignore the column: --sfreq 250 ({ sfreq: 250 })",
  });
}

/** Rows with a time later than that of every row before. */
function forwardRows(times: Float64Array, where: string, warnings: string[]): Uint32Array {
  const rows = new Uint32Array(times.length);
  let n = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < times.length; i++) {
    if (!(times[i] > latest) || times[i] === Number.POSITIVE_INFINITY) continue;
    latest = times[i];
    rows[n++] = i;
  }
  const lost = times.length - n;
  if (n < 3 || lost > MOST_BACKWARDS * times.length) {
    throw new UsageError({
      where,
      what: "has a time column that does not go forward",
      expected: "increasing times",
      got: `${lost} of ${times.length} rows that do not`,
      todo: "Say the sampling rate to ignore the column: --sfreq 250 ({ sfreq: 250 })",
    });
  }
  if (lost > 0) warnings.push(`${lost} of ${times.length} rows do not go forward in time and were left out.`);
  return rows.slice(0, n);
}

interface Span {
  readonly start: number;
  readonly stop: number;
}

/** The rate at which every row lies within half a step of its place; undefined if there is none. */
function evenRate(times: Float64Array, rows: Uint32Array, spans: readonly Span[]): number | undefined {
  let nSteps = 0;
  let seconds = 0;
  for (const { start, stop } of spans) {
    nSteps += stop - start - 1;
    seconds += times[rows[stop - 1]] - times[rows[start]];
  }
  if (nSteps === 0) return undefined;
  const mean = nSteps / seconds;
  const whole = Math.round(mean);
  // a whole number of Hz that ends less than half a step elsewhere cannot be told from the mean
  const sfreq = whole > 0 && Math.abs(whole - mean) * seconds < 0.5 ? whole : mean;
  const fits = spans.every(({ start, stop }) => {
    for (let i = start; i < stop; i++) {
      const place = (times[rows[i]] - times[rows[start]]) * sfreq;
      if (Math.abs(place - (i - start)) > 0.5) return false;
    }
    return true;
  });
  return fits ? sfreq : undefined;
}

const inMs = (seconds: number): string => String(Number((seconds * 1000).toPrecision(4)));

function describeGaps(count: number, sorted: Float64Array, gap: number, lost: number): string {
  const single = lost > 0 ? ` Single rows between two gaps were left out (${lost}).` : "";
  const longest = inMs(sorted[sorted.length - 1]);
  return `The recording is divided into segments where time leaps by more than ${inMs(gap)} ms (${count} times, at most ${longest} ms).${single}`;
}

function describeJitter(sorted: Float64Array, median: number, sfreq: number): string {
  const off = sorted.filter((step) => Math.abs(step - median) > 0.1 * median).length / sorted.length;
  const percent = Number((100 * off).toPrecision(2));
  return `Sampling is irregular: steps of ${inMs(sorted[0])} to ${inMs(sorted[sorted.length - 1])} ms, median ${inMs(median)} ms, ${percent} % of them off by more than a tenth. Samples were interpolated linearly onto ${Number(sfreq.toPrecision(6))} Hz.`;
}

/** Values of a column on the grid, all runs one after the other; linear between neighbouring rows, NaN beside a missing value. */
export function onGrid(
  values: Float64Array,
  times: Float64Array,
  { rows, runs, sfreq, uniform }: TimeAxis,
): Float64Array {
  const out = new Float64Array(runs.reduce((sum, { nTimes }) => sum + nTimes, 0));
  let to = 0;
  for (const { start, stop, nTimes } of runs) {
    if (uniform) for (let i = start; i < stop; i++) out[to++] = values[rows[i]];
    else {
      const first = times[rows[start]];
      for (let k = 0, i = start; k < nTimes; k++) {
        const time = first + k / sfreq;
        while (i < stop - 2 && times[rows[i + 1]] <= time) i++;
        const [left, right] = [rows[i], rows[i + 1]];
        const share = Math.min(1, (time - times[left]) / (times[right] - times[left]));
        out[to++] = share === 0 ? values[left] : share === 1 ? values[right] : mix(values[left], values[right], share);
      }
    }
  }
  return out;
}

const mix = (a: number, b: number, share: number): number => a + share * (b - a);
