import { defineOp, type Value } from "../op.ts";

/** ONNX Gelu-20, the exact form: `y = x/2 · (1 + erf(x/√2))`. */
export const gelu = defineOp({
  type: "Gelu",
  call: (x: Value) => ({ inputs: [x], attrs: {} }),
  infer: ([x]) => [x],
});
