import type { Algebra } from "./algebra.ts";
import type { Value } from "./op.ts";
import { int64 } from "./tensor.ts";

/** Length of an axis as an int64 scalar, computed at run time where it is dynamic. */
export function axisLength(g: Algebra, x: Value, axis: number): Value {
  const length = x.shape[axis];
  return typeof length === "number" ? g.constant(int64([length], [])) : g.reshape(g.shape(x, axis, axis + 1), []);
}

/** `start, start + 1, … start + length − 1` for the positions of an axis, int64. */
export function axisPositions(g: Algebra, x: Value, axis: number, start: Value = g.constant(int64([0], []))): Value {
  const end = g.add(start, axisLength(g, x, axis));
  return g.range(start, end, g.constant(int64([1], [])), String(x.shape[axis]));
}
