import { defineOp, type Value } from "../op.ts";
import { NORM_EPSILON } from "./layerNormalization.ts";

/**
 * ONNX Runtime's com.microsoft.SkipLayerNormalization: `sum = x + skip + bias` and its LayerNorm in one pass.
 * Outputs `[normed, mean, inverse deviation, sum]`; the two in the middle are empty at inference.
 */
export const skipLayerNorm = defineOp({
  type: "SkipLayerNormalization",
  domain: "com.microsoft",
  outputs: 4,
  floatAttrs: ["epsilon"],
  onnxDefaults: { epsilon: NORM_EPSILON },
  call: (x: Value, skip: Value, gamma: Value, beta: Value, bias: Value) => ({
    inputs: [x, skip, gamma, beta, bias],
    attrs: { epsilon: NORM_EPSILON },
  }),
  infer: ([x]) => {
    const perRow = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] };
    return [x, perRow, perRow, x];
  },
});
