import type { Algebra } from "./algebra.ts";
import type { Value } from "./op.ts";

/** `x` broadcast to the shape of `like`. */
export function expandLike(g: Algebra, x: Value, like: Value): Value {
  if (x.shape.join() === like.shape.join()) return x;
  return g.expandTo(x, g.shape(like, 0, like.shape.length), like.shape);
}
