import { scalarLike } from "../scalarLike.ts";
import { defineUnary } from "./elementwise.ts";

/** ONNX Atan-7, in (−π/2, π/2). */
export const atan = defineUnary("Atan", ({ g, inputs: [x], grads: [dy] }) => [
  g.div(dy!, g.add(g.mul(x, x), scalarLike(g, 1, x))),
]);
