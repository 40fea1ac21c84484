import { demand, oneDtype } from "../demand.ts";
import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";
import { sumTo } from "../sumTo.ts";

/** All norms of PanLUNA (SPEC.md §6). */
export const NORM_EPSILON = 1e-5;

/** ONNX LayerNormalization-17 over the last axis, biased variance: `(x − μ) / √(σ² + ε) · scale + bias`. */
export const layerNorm = defineOp({
  type: "LayerNormalization",
  floatAttrs: ["epsilon"],
  onnxDefaults: { axis: -1, epsilon: NORM_EPSILON },
  call: (x: Value, scale: Value, bias?: Value, epsilon: number = NORM_EPSILON) => ({
    inputs: bias === undefined ? [x, scale] : [x, scale, bias],
    attrs: { axis: -1, epsilon },
  }),
  infer: ([x, ...affine], { axis }, where) => {
    const width = x.shape.slice(axisOf(axis, x.shape.length, where)).join();
    const fits = affine.length > 0 && affine.every(({ shape }) => shape.join() === width) && oneDtype([x, ...affine]);
    demand(fits, where, `scale and bias of shape [${width}]`, [x, ...affine]);
    return [x];
  },
  vjp({ g, inputs: [x, scale, bias], attrs: { axis, epsilon }, grads: [dy], needs, where }) {
    demand(axisOf(axis, x.shape.length, where) === x.shape.length - 1, where, "the last axis, for the gradient", [x]);
    const mean = (v: Value) => g.reduceMean(v, [-1]);
    const centred = g.sub(x, mean(x));
    const deviation = g.sqrt(g.add(mean(g.mul(centred, centred)), scalarLike(g, epsilon, x)));
    const normed = g.div(centred, deviation);
    const along = g.mul(dy!, scale);
    // dx = (d − mean(d) − n · mean(d ⊙ n)) / σ with d = dy ⊙ scale, n = (x − μ) / σ
    const inner = g.sub(g.sub(along, mean(along)), g.mul(normed, mean(g.mul(along, normed))));
    return [
      needs(0) ? g.div(inner, deviation) : undefined,
      needs(1) ? sumTo(g, g.mul(dy!, normed), scale) : undefined,
      bias !== undefined && needs(2) ? sumTo(g, dy!, bias) : undefined,
    ];
  },
});
