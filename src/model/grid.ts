import { type Dim, int64, type Value } from "../graph/index.ts";
import type { Network } from "./network.ts";

/** The dynamic axes that rows are laid out over, as the graph knows them and as it finds them at run time. */
export interface Grid {
  /** (B, S) or (B, S, C) */
  readonly dims: readonly Dim[];
  /** int64, one per axis */
  readonly lengths: Value;
}

/** The grid of the first axes of a value. */
export function gridOf({ g }: Network, x: Value, axes: number): Grid {
  return { dims: x.shape.slice(0, axes), lengths: g.shape(x, 0, axes) };
}

/** Rows seen over their grid: (B·S, n) as (B, S, n). */
export function overGrid({ g }: Network, rows: Value, { dims, lengths }: Grid): Value {
  const width = Number(rows.shape.at(-1));
  return g.reshapeTo(rows, g.concat([lengths, g.constant(int64([width]))], 0), [...dims, width]);
}
