import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Softmax-13: `y = exp(x) / Σ exp(x)` along `axis`; `y` has the shape of `x`. */
export const softmax = defineOp({
  type: "Softmax",
  onnxDefaults: { axis: -1 },
  call: (x: Value, axis: number = -1) => ({ inputs: [x], attrs: { axis } }),
  infer: ([x], { axis }, where) => {
    axisOf(axis, x.shape.length, where);
    return [x];
  },
  vjp({ g, outputs: [y], grads: [dy], attrs: { axis } }) {
    const inner = g.reduceSum(g.mul(dy!, y), [axis]);
    return [g.mul(y, g.sub(dy!, inner))]; // dx = y ⊙ (dy − Σ dy ⊙ y)
  },
});
