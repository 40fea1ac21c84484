import { FormatError } from "../errors.ts";
import { BANDS, bandPower, type Segment, welch } from "../signal/index.ts";

/** Brightness of a colour, frame by frame. */
export interface Frames {
  /** What messages name. */
  readonly where: string;
  /** Seconds from the start of the measurement. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** A signal on an even grid; the samples of all segments one after the other. */
export interface GridSignal {
  readonly sfreq: number;
  readonly samples: Float64Array;
  readonly segments: readonly Segment[];
}

/** Hz; brought to the model's 256 by a factor of 8. */
const SFREQ = 32;
/** A longer wait for the next frame, s, could hide a whole upstroke of the pulse. */
const GAP = 0.25;

/**
 * Interpolate frames linearly onto 32 Hz between gaps. Times that do not go forward are left out.
 * @throws FormatError for times or values that are no numbers, and where no two frames follow each other
 */
export function onGrid({ where, times, values }: Frames): GridSignal {
  const wrong = times.findIndex((time, i) => !Number.isFinite(time) || !Number.isFinite(values[i]));
  if (wrong >= 0) throw new FormatError({ where, what: "holds a frame that is no number", at: `row ${wrong + 1}` });
  const runs = runsOf(times).filter((run) => times[run[run.length - 1]] - times[run[0]] >= 1 / SFREQ);
  if (runs.length === 0) throw new FormatError({ where, what: "holds no frames that follow each other" });
  const pieces = runs.map((run) => interpolate(times, values, run));
  const samples = new Float64Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    samples.set(piece, at);
    at += piece.length;
  }
  const segments = runs.map((run, r) => ({ onset: times[run[0]], duration: pieces[r].length / SFREQ }));
  return { sfreq: SFREQ, samples, segments };
}

/** Indices of frames that follow each other without a gap, forward in time. */
function runsOf(times: Float64Array): number[][] {
  const runs: number[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  times.forEach((time, i) => {
    if (time <= last) return;
    if (time - last > GAP) runs.push([]);
    runs[runs.length - 1].push(i);
    last = time;
  });
  return runs;
}

function interpolate(times: Float64Array, values: Float64Array, run: readonly number[]): Float64Array {
  const [first, last] = [times[run[0]], times[run[run.length - 1]]];
  const length = Math.floor((last - first) * SFREQ + 1e-6) + 1;
  let k = 0;
  return Float64Array.from({ length }, (_, i) => {
    const time = first + i / SFREQ;
    while (k < run.length - 2 && times[run[k + 1]] <= time) k++;
    const [left, right] = [run[k], run[k + 1]];
    const share = Math.min(1, (time - times[left]) / (times[right] - times[left]));
    return values[left] + share * (values[right] - values[left]);
  });
}

/** The signal with the most power in the band of a PPG, 0.5 to 8 Hz. Cameras saturate in one colour and see nothing in another. */
export function strongestPulse(signals: readonly GridSignal[]): GridSignal {
  const [low, high] = BANDS.ppg;
  const powers = signals.map(({ samples, sfreq }) => bandPower(welch(samples, sfreq), low, high));
  return signals[powers.indexOf(Math.max(...powers))];
}
