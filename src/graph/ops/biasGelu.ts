import { defineOp, type Value } from "../op.ts";

/** ONNX Runtime's com.microsoft.BiasGelu: `gelu(x + bias)` with a bias over the last axis, in one pass over memory. */
export const biasGelu = defineOp({
  type: "BiasGelu",
  domain: "com.microsoft",
  call: (x: Value, bias: Value) => ({ inputs: [x, bias], attrs: {} }),
  infer: ([x]) => [x],
});
