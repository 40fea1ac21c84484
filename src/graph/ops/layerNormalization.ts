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
  infer: ([x]) => [x],
});
