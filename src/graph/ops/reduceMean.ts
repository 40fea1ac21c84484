import type { Algebra } from "../algebra.ts";
import { expandLike } from "../expandLike.ts";
import type { Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";
import { defineReduction } from "./reduce.ts";

/** ONNX ReduceMean-18. */
export const reduceMean = defineReduction("ReduceMean", ({ g, x, axes, dy }) =>
  expandLike(g, g.div(dy, countOf(g, x, axes)), x),
);

/** Elements of `x` along the axes, a scalar of its element type. */
function countOf(g: Algebra, x: Value, axes: readonly number[]): Value {
  const fixed = axes.map((axis) => x.shape[axis]).filter((length) => typeof length === "number");
  const dynamic = axes.filter((axis) => typeof x.shape[axis] !== "number");
  return dynamic
    .map((axis) => g.reshape(g.cast(g.shape(x, axis, axis + 1), x.dtype), []))
    .reduce(
      (product, length) => g.mul(product, length),
      scalarLike(
        g,
        fixed.reduce((a, b) => a * b, 1),
        x,
      ),
    );
}
