import type { Algebra } from "./algebra.ts";
import type { Value } from "./op.ts";

/** The elements of `x` in the shape of `like`; shapes are computed at run time only where two axes are dynamic. */
export function inShapeOf(g: Algebra, x: Value, like: Value): Value {
  const dynamic = like.shape.filter((length) => typeof length !== "number");
  if (dynamic.length > 1) return g.reshapeTo(x, g.shape(like, 0, like.shape.length), like.shape);
  return g.reshape(
    x,
    like.shape.map((length) => (typeof length === "number" ? length : -1)),
  );
}
