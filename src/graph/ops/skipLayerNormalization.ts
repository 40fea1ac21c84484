import { demand, oneDtype } from "../demand.ts";
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
  infer: ([x, skip, ...vectors], _attrs, where) => {
    const width = x.shape.at(-1);
    const widths = vectors.length > 0 && vectors.every(({ shape }) => shape.length === 1 && shape[0] === width);
    const fits = widths && x.shape.length === 3 && skip.shape.join() === x.shape.join();
    const operands = [x, skip, ...vectors];
    demand(fits && oneDtype(operands), where, `two operands of one shape and vectors of length ${width}`, operands);
    const perRow = { dtype: x.dtype, shape: [...x.shape.slice(0, -1), 1] };
    return [x, perRow, perRow, x];
  },
  vjp: "composite",
  expand(g, [x, skip, gamma, beta, bias], { epsilon }) {
    const both = g.add(x!, skip!);
    const sum = bias === undefined ? both : g.add(both, bias);
    return [g.layerNorm(sum, gamma!, beta, epsilon), undefined, undefined, sum];
  },
});
