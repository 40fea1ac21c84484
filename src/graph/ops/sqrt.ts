import { scalarLike } from "../scalarLike.ts";
import { defineUnary } from "./elementwise.ts";

/** ONNX Sqrt-13. */
export const sqrt = defineUnary("Sqrt", ({ g, outputs: [y], grads: [dy] }) => [
  g.div(g.mul(dy!, scalarLike(g, 0.5, y)), y),
]);
