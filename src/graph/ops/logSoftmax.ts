import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX LogSoftmax-13: `y = x − log Σ exp(x)` along `axis`. */
export const logSoftmax = defineOp({
  type: "LogSoftmax",
  onnxDefaults: { axis: -1 },
  call: (x: Value, axis: number = -1) => ({ inputs: [x], attrs: { axis } }),
  infer: ([x], { axis }, where) => {
    axisOf(axis, x.shape.length, where);
    return [x];
  },
  vjp: ({ g, outputs: [y], grads: [dy], attrs: { axis } }) => [
    g.sub(dy!, g.mul(g.exp(y), g.reduceSum(dy!, [axis]))), // dx = dy − softmax(x) Σ dy
  ],
});
