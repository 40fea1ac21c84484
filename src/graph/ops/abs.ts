import { defineUnary } from "./elementwise.ts";

/** ONNX Abs-13. */
export const abs = defineUnary("Abs", ({ g, inputs: [x], grads: [dy] }) => [
  g.where(g.less(x, g.scalar(0)), g.neg(dy!), g.where(g.less(g.scalar(0), x), dy!, g.scalar(0))),
]);
