import { demand } from "../demand.ts";
import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";
import { sumTo } from "../sumTo.ts";
import { layerNorm, NORM_EPSILON } from "./layerNormalization.ts";

/**
 * ONNX LayerNormalization-17 that also gives what it divides by: `[y, mean, 1 / √(σ² + ε)]`, for networks that learn.
 * The gradient takes both from there and needs half of the passes over memory that it takes without.
 */
export const layerNormStats = defineOp({
  type: "LayerNormalization",
  outputs: 3,
  floatAttrs: ["epsilon"],
  onnxDefaults: { axis: -1, epsilon: NORM_EPSILON },
  call: (x: Value, scale: Value, bias?: Value, epsilon: number = NORM_EPSILON) => ({
    inputs: bias === undefined ? [x, scale] : [x, scale, bias],
    attrs: { axis: -1, epsilon },
  }),
  infer: (operands, attrs, where) => {
    demand(operands[0].dtype === "float32", where, "float32, in which ONNX keeps the statistics", operands);
    const [y] = layerNorm.infer(operands, attrs, where);
    const at = axisOf(attrs.axis, y.shape.length, where);
    const perRow = { dtype: y.dtype, shape: y.shape.map((length, axis) => (axis < at ? length : 1)) };
    return [y, perRow, perRow];
  },
  vjp({ g, inputs: [x, scale, bias], outputs: [, mean, inverse], attrs: { axis }, grads, needs, where }) {
    const [dy, ...others] = grads;
    demand(axisOf(axis, x.shape.length, where) === x.shape.length - 1, where, "the last axis, for the gradient", [x]);
    demand(dy !== undefined && others.every((d) => d === undefined), where, "a gradient of the first output only", [x]);
    const width = Number(x.shape.at(-1));
    const rows = (v: Value, length: number) => g.reshape(v, [-1, length]);
    const column = g.reshape(g.div(scale, scalarLike(g, width, scale)), [width, 1]); // v × column = mean(v ⊙ scale)
    const centred = g.sub(x, mean);
    const along = g.mul(dy!, centred);
    // dx = (d − mean(d) − n · mean(d ⊙ n)) / σ with d = dy ⊙ scale, n = (x − μ) / σ
    const share = g.mul(g.mul(inverse, inverse), g.matMul(along, column)); // mean(d ⊙ n) / σ
    const inner = g.sub(g.sub(g.mul(dy!, scale), g.mul(centred, share)), g.matMul(dy!, column));
    return [
      needs(0) ? g.mul(inner, inverse) : undefined,
      needs(1) ? g.reshape(g.matMul(g.reshape(inverse, [1, -1]), rows(along, width)), [width]) : undefined,
      bias !== undefined && needs(2) ? sumTo(g, dy!, bias) : undefined,
    ];
  },
});
