import { scalarLike } from "../scalarLike.ts";
import { defineUnary } from "./elementwise.ts";

/** ONNX Erf-13: `y = 2/√π ∫₀ˣ exp(−t²) dt`. */
export const erf = defineUnary("Erf", ({ g, inputs: [x], grads: [dy] }) => {
  const bell = g.exp(g.neg(g.mul(x, x)));
  return [g.mul(dy!, g.mul(bell, scalarLike(g, 2 / Math.sqrt(Math.PI), x)))];
});
