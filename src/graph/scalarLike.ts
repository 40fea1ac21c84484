import type { Algebra } from "./algebra.ts";
import type { Value } from "./op.ts";

/** A constant without axes, float64 where `like` is and else float32. */
export const scalarLike = (g: Algebra, value: number, like: Value): Value =>
  like.dtype === "float64"
    ? g.constant({ dtype: "float64", shape: [], data: Float64Array.of(value) })
    : g.scalar(value);
