import { defineUnary } from "./elementwise.ts";

/** ONNX Sqrt-13. */
export const sqrt = defineUnary("Sqrt", ({ g, outputs: [y], grads: [dy] }) => [g.div(g.mul(dy!, g.scalar(0.5)), y)]);
