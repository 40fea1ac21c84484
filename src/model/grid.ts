import { type Dim, int64, type Value } from "../graph/index.ts";
import type { Network } from "./network.ts";

/** The two dynamic axes that rows are laid out over, as the graph knows them and as it finds them at run time. */
export interface Grid {
  /** (B, S) */
  readonly dims: readonly [Dim, Dim];
  /** int64 (2) */
  readonly lengths: Value;
}

/** The grid of the first two axes of a value. */
export function gridOf({ g }: Network, x: Value): Grid {
  return { dims: [x.shape[0], x.shape[1]], lengths: g.shape(x, 0, 2) };
}

/** Rows (B·S, n) seen as (B, S, n). */
export function overTime({ g }: Network, rows: Value, { dims, lengths }: Grid): Value {
  const width = Number(rows.shape[1]);
  return g.reshapeTo(rows, g.concat([lengths, g.constant(int64([width]))], 0), [...dims, width]);
}
