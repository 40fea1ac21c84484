import { demand } from "../demand.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Runtime's com.microsoft.BiasGelu: `gelu(x + bias)` with a bias over the last axis, in one pass over memory. */
export const biasGelu = defineOp({
  type: "BiasGelu",
  domain: "com.microsoft",
  call: (x: Value, bias: Value) => ({ inputs: [x, bias], attrs: {} }),
  infer: ([x, bias], _attrs, where) => {
    const fits = bias.shape.length === 1 && bias.shape[0] === x.shape.at(-1) && bias.dtype === x.dtype;
    demand(fits, where, `a bias of length ${x.shape.at(-1)}`, [x, bias]);
    return [x];
  },
  vjp: "composite",
  expand: (g, [x, bias]) => [g.gelu(g.add(x!, bias!))],
});
