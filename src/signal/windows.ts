import { SignalError } from "../errors.ts";
import { MODEL_SFREQ } from "./chain.ts";
import type { Annotation, Segment } from "./recording.ts";

/** A stretch without gaps, with its true sample count where that is known. */
export interface WindowSegment extends Segment {
  /** Samples at the windows' rate; ⌊duration · sfreq⌋ if not given. */
  readonly nTimes?: number;
}

/** Windows that start at events instead of one after the other. */
export interface Alignment {
  readonly annotations: readonly Annotation[];
  /** Seconds from an annotation's onset to its first window; negative for before. 0 if not given. */
  readonly offset?: number;
  /** Lay as many windows, `hop` apart, as fit into the annotation's duration (a 5 min stage); one window if not given. */
  readonly tile?: boolean;
}

export interface WindowOptions {
  /** Seconds. */
  readonly length: number;
  /** Seconds from window to window; `length` if not given; less for overlapping windows. */
  readonly hop?: number;
  /** Rate of the windows, Hz; 256 if not given. */
  readonly sfreq?: number;
  readonly align?: Alignment;
  /**
   * What happens to the samples after the last whole window of a segment: "drop" leaves them out, "shift" adds a window
   * that ends with the segment and overlaps the one before. Never padded: a window holds recorded samples only.
   */
  readonly remainder?: "drop" | "shift";
}

/** One window. `to − from` is the same for all windows of a plan. */
export interface WindowPlan {
  readonly segment: number;
  /** First sample, at the windows' rate, from the start of the segment. */
  readonly from: number;
  /** One past the last sample. */
  readonly to: number;
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** Index into `align.annotations`. */
  readonly annotation?: number;
}

/** Samples that are in no window, or a window that was wanted but does not fit. */
export interface Leftover {
  /** -1 after the end of the recording. */
  readonly segment: number;
  /** Seconds from the start of the recording. */
  readonly onset: number;
  readonly duration: number;
  readonly reason: string;
}

export interface WindowList {
  /** In order of segment and start. */
  readonly windows: readonly WindowPlan[];
  /** Samples per window. */
  readonly nTimes: number;
  /** What the plan leaves out: ends and short segments, or annotations whose window does not fit. */
  readonly leftovers: readonly Leftover[];
}

/**
 * Lay windows over the segments of a recording. No window bridges a gap or is shorter than the others.
 * @throws SignalError when a length, hop or rate is out of range
 */
export function planWindows(segments: readonly WindowSegment[], options: WindowOptions): WindowList {
  const { length, hop = length, sfreq = MODEL_SFREQ, align } = options;
  const nTimes = Math.round(length * sfreq);
  checkOptions(options, nTimes, hop, sfreq);
  const sized = segments.map((s) => ({ ...s, nTimes: s.nTimes ?? Math.floor(s.duration * sfreq + 1e-6) }));
  const grid: Grid = { segments: sized, nTimes, hop, sfreq };
  return align === undefined ? tiled(grid, options.remainder ?? "drop") : aligned(grid, align);
}

interface Grid {
  readonly segments: readonly Required<WindowSegment>[];
  readonly nTimes: number;
  readonly hop: number;
  readonly sfreq: number;
}

function tiled(grid: Grid, remainder: "drop" | "shift"): WindowList {
  const { segments, nTimes, hop, sfreq } = grid;
  const windows: WindowPlan[] = [];
  const leftovers: Leftover[] = [];
  segments.forEach((segment, s) => {
    let end = 0;
    for (let k = 0; Math.round(k * hop * sfreq) + nTimes <= segment.nTimes; k++) {
      const window = windowAt(grid, s, Math.round(k * hop * sfreq)); // rounded from k: no drift
      windows.push(window);
      end = window.to;
    }
    if (end >= segment.nTimes) return;
    if (remainder === "shift" && end > 0) windows.push(windowAt(grid, s, segment.nTimes - nTimes));
    else leftovers.push(leftover(grid, s, end, end === 0 ? "segment shorter than a window" : "after the last window"));
  });
  return { windows, nTimes, leftovers };
}

function aligned(grid: Grid, { annotations, offset = 0, tile = false }: Alignment): WindowList {
  const windows: WindowPlan[] = [];
  const leftovers: Leftover[] = [];
  annotations.forEach((annotation, index) => {
    const start = annotation.onset + offset;
    const onsets = tile ? tileOnsets(grid, start, annotation.onset + annotation.duration) : [start];
    if (onsets.length === 0) leftovers.push(missing(grid, start, annotation, "no whole window fits into it"));
    for (const onset of onsets) {
      const window = windowFrom(grid, onset);
      if (window !== undefined) windows.push({ ...window, annotation: index });
      else leftovers.push(missing(grid, onset, annotation, "its window is not inside one segment"));
    }
  });
  windows.sort((a, b) => a.segment - b.segment || a.from - b.from);
  return { windows, nTimes: grid.nTimes, leftovers };
}

/** Onsets start, start + hop, … of windows that end by `end` and lie between the recording's first and last sample. */
function tileOnsets({ segments, nTimes, hop, sfreq }: Grid, start: number, end: number): number[] {
  const first = Math.min(...segments.map(({ onset }) => onset));
  const last = Math.max(...segments.map(({ onset, duration }) => onset + duration));
  const skipped = Math.max(0, Math.ceil((first - start) / hop - 1e-6));
  const count = Math.floor((Math.min(end, last) - nTimes / sfreq - start) / hop + 1e-6) + 1 - skipped;
  return Array.from({ length: Math.max(0, count || 0) }, (_, k) => start + (skipped + k) * hop);
}

const windowAt = ({ segments, nTimes, sfreq }: Grid, segment: number, from: number): WindowPlan => ({
  segment,
  from,
  to: from + nTimes,
  onset: segments[segment].onset + from / sfreq,
});

/** The window that starts at `onset` seconds, if a segment holds it whole. */
function windowFrom(grid: Grid, onset: number): WindowPlan | undefined {
  for (let s = 0; s < grid.segments.length; s++) {
    const from = Math.round((onset - grid.segments[s].onset) * grid.sfreq);
    if (from >= 0 && from + grid.nTimes <= grid.segments[s].nTimes) return windowAt(grid, s, from);
  }
  return undefined;
}

function leftover({ segments, sfreq }: Grid, segment: number, from: number, reason: string): Leftover {
  const { onset, nTimes } = segments[segment];
  return { segment, onset: onset + from / sfreq, duration: (nTimes - from) / sfreq, reason };
}

function missing({ segments, nTimes, sfreq }: Grid, onset: number, { text }: Annotation, why: string): Leftover {
  const segment = segments.findIndex((s) => onset < s.onset + s.duration);
  return { segment, onset, duration: nTimes / sfreq, reason: `annotation ${JSON.stringify(text)}: ${why}` };
}

function checkOptions({ length, align }: WindowOptions, nTimes: number, hop: number, sfreq: number): void {
  const finite = [length, hop, sfreq, align?.offset ?? 0].every(Number.isFinite);
  if (finite && sfreq > 0 && nTimes >= 1 && Math.round(hop * sfreq) >= 1) return;
  throw new SignalError({
    where: "planWindows",
    what: "length or hop out of range",
    expected: `at least one sample, ${1 / sfreq} s`,
    got: `length ${length} s, hop ${hop} s, ${sfreq} Hz`,
  });
}
