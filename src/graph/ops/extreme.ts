import type { Value } from "../op.ts";
import type { ReductionPullback } from "./reduce.ts";

/** Rule of a largest or smallest value: its gradient is shared evenly by the elements that have it. */
export function toExtremes({ g, x, axes, y, dy }: ReductionPullback): Value {
  const chosen = g.cast(g.equal(x, y), x.dtype);
  return g.mul(chosen, g.div(dy, g.reduceSum(chosen, axes)));
}
