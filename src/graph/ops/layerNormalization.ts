import { demand, oneDtype } from "../demand.ts";
import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** All norms of PanLUNA (SPEC.md §6). */
export const NORM_EPSILON = 1e-5;

/** ONNX LayerNormalization-17 over the last axis, biased variance: `(x − μ) / √(σ² + 1e-5) · scale + bias`. */
export const layerNorm = defineOp({
  type: "LayerNormalization",
  floatAttrs: ["epsilon"],
  onnxDefaults: { axis: -1, epsilon: NORM_EPSILON },
  call: (x: Value, scale: Value, bias?: Value) => ({
    inputs: bias === undefined ? [x, scale] : [x, scale, bias],
    attrs: { axis: -1, epsilon: NORM_EPSILON },
  }),
  infer: ([x, ...affine], { axis }, where) => {
    const width = x.shape.slice(axisOf(axis, x.shape.length, where)).join();
    const fits = affine.length > 0 && affine.every(({ shape }) => shape.join() === width) && oneDtype([x, ...affine]);
    demand(fits, where, `scale and bias of shape [${width}]`, [x, ...affine]);
    return [x];
  },
});
