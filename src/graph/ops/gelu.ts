import { defineOp, type Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";

/** ONNX Gelu-20, the exact form: `y = x/2 · (1 + erf(x/√2))`. */
export const gelu = defineOp({
  type: "Gelu",
  call: (x: Value) => ({ inputs: [x], attrs: {} }),
  infer: ([x]) => [x],
  vjp({ g, inputs: [x], grads: [dy] }) {
    const half = scalarLike(g, 0.5, x);
    const cdf = g.add(g.mul(g.erf(g.mul(x, scalarLike(g, Math.SQRT1_2, x))), half), half); // Φ(x)
    const bell = g.exp(g.mul(g.mul(x, x), scalarLike(g, -0.5, x)));
    const slope = g.mul(g.mul(x, bell), scalarLike(g, 1 / Math.sqrt(2 * Math.PI), x)); // x φ(x)
    return [g.mul(dy!, g.add(cdf, slope))];
  },
});
