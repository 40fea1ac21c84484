import { defineOp, type Value } from "../op.ts";

/** ONNX Gelu-20, the exact form: `y = x/2 · (1 + erf(x/√2))`. */
export const gelu = defineOp({
  type: "Gelu",
  call: (x: Value) => ({ inputs: [x], attrs: {} }),
  infer: ([x]) => [x],
  vjp({ g, inputs: [x], grads: [dy] }) {
    const cdf = g.add(g.mul(g.erf(g.mul(x, g.scalar(Math.SQRT1_2))), g.scalar(0.5)), g.scalar(0.5)); // Φ(x)
    const bell = g.exp(g.mul(g.mul(x, x), g.scalar(-0.5)));
    const slope = g.mul(g.mul(x, bell), g.scalar(1 / Math.sqrt(2 * Math.PI))); // x φ(x)
    return [g.mul(dy!, g.add(cdf, slope))];
  },
});
