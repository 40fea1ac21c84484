import type { GraphBuilder, Tensor, Value } from "../graph/index.ts";
import { float32 } from "../graph/index.ts";
import type { Rounding } from "./insertRounding.ts";
import { levelsOf, type WeightScales } from "./quantizeWeight.ts";
import type { Precision } from "./readAs.ts";

/**
 * Rounding for training: forward what integers give, backward as if nothing were rounded (the straight-through estimator, Bengio et al. 2013).
 *
 * Activations beyond the range get no gradient, since a small step does not change what they are clipped to. Weights beyond it keep theirs:
 * one that is clipped for good could never come back, and of 2 bits a fifth are clipped from the start.
 */
export const STRAIGHT_THROUGH: Rounding<WeightScales> = {
  activation(g, x, scale, precision) {
    const { zero, levels } = KINDS[precision];
    const step = g.scalar(scale);
    const range = Math.fround(levels * Math.fround(scale));
    const low = g.max(x, g.scalar(-range)); // integers end at −127, not at −128
    const y = g.dequantizeLinear(g.quantizeLinear(low, step, g.constant(zero)), step);
    return g.withGradient(y, [x], (dy) => [g.where(g.less(g.scalar(range), g.abs(x)), g.scalar(0), dy)]);
  },
  weight(g, { bits, scales, axis }, weight) {
    const shape = axis === 0 ? [scales.length, 1] : [scales.length];
    const perChannel = g.constant(float32(scales, shape), `${weight.name}/scale`);
    return g.withGradient(
      g.mul(integersOf(g, g.div(weight, perChannel), levelsOf(bits)), perChannel),
      [weight],
      (dy) => [dy],
    );
  },
};

const KINDS: Readonly<Record<Precision, { readonly zero: Tensor; readonly levels: number }>> = {
  i8: { zero: { dtype: "int8", shape: [], data: new Int8Array(1) }, levels: 127 },
  i16: { zero: { dtype: "int16", shape: [], data: new Int16Array(1) }, levels: 32767 },
};

/** `clip(round(x), ±levels)`. Cast, not DequantizeLinear: an engine would take product and scale for an integer product of its own. */
function integersOf(g: GraphBuilder, x: Value, levels: number): Value {
  const clipped = g.max(g.min(x, g.scalar(levels)), g.scalar(-levels));
  return g.cast(g.quantizeLinear(clipped, g.scalar(1), g.constant(KINDS.i8.zero)), "float32");
}
