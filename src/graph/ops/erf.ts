import { scalarLike } from "../scalarLike.ts";
import { defineUnary } from "./elementwise.ts";

/** ONNX Erf-13: `y = 2/√π ∫₀ˣ exp(−t²) dt`. */
export const erf = defineUnary("Erf", ({ g, inputs: [x], grads: [dy] }) => {
  // 2/√π · exp(−x²) with the factor moved into the exponent, one pass over memory less
  return [g.mul(dy!, g.exp(g.sub(scalarLike(g, Math.log(2 / Math.sqrt(Math.PI)), x), g.mul(x, x))))];
});
