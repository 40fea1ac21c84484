import { decide } from "../runtime/prediction/summary.ts";
import type { TaskSpec } from "../task/index.ts";

/** What the windows of a prediction are to a picture. */
export interface PredictedWindows {
  readonly windows: readonly { readonly onset: number; readonly duration: number; readonly counts: boolean }[];
  /** (N, K) */
  readonly outputs: ArrayLike<number>;
}

/** A stretch of time with what was said of it. */
export interface PredictedCell {
  /** Seconds from the start of the recording. */
  readonly from: number;
  readonly to: number;
  /** (K): of the window, or the mean of the windows that share the cell. */
  readonly outputs: readonly number[];
  /** Indices of the classes that it decides for. */
  readonly decided: readonly number[];
  readonly counts: boolean;
}

/** More cells than a picture shows apart: neighbours share one. */
const MOST_CELLS = 600;

/** Windows as cells that do not overlap: each ends half way to the middle of the next where they do. */
export function cellsOf({ windows, outputs }: PredictedWindows, spec: TaskSpec): PredictedCell[] {
  const width = outputs.length / Math.max(1, windows.length);
  const middle = windows.map(({ onset, duration }) => onset + duration / 2);
  const cells = windows.map(({ onset, duration, counts }, w): PredictedCell => {
    const row = Array.from({ length: width }, (_, k) => outputs[w * width + k]);
    const before = w > 0 ? (middle[w - 1] + middle[w]) / 2 : onset;
    const after = w + 1 < windows.length ? (middle[w] + middle[w + 1]) / 2 : onset + duration;
    return {
      from: Math.max(onset, before),
      to: Math.min(onset + duration, after),
      outputs: row,
      decided: decidedOf(row, spec),
      counts,
    };
  });
  const each = Math.ceil(cells.length / MOST_CELLS);
  if (each <= 1) return cells;
  return Array.from({ length: Math.ceil(cells.length / each) }, (_, i) =>
    shared(cells.slice(i * each, (i + 1) * each), spec),
  );
}

/** One cell for several: what those that count say on average. */
function shared(cells: readonly PredictedCell[], spec: TaskSpec): PredictedCell {
  const counting = cells.filter(({ counts }) => counts);
  const said = counting.length > 0 ? counting : cells;
  const outputs = cells[0].outputs.map((_, k) => said.reduce((sum, cell) => sum + cell.outputs[k], 0) / said.length);
  const [first, last] = [cells[0], cells[cells.length - 1]];
  return { from: first.from, to: last.to, outputs, decided: decidedOf(outputs, spec), counts: counting.length > 0 };
}

const decidedOf = (row: readonly number[], spec: TaskSpec): number[] =>
  spec.kind === "regression" ? [] : decide(row, spec).map((name) => spec.classes.indexOf(name));
