import { defineUnary } from "./elementwise.ts";

/** ONNX Cos-7. Use float64 for large arguments: providers differ in how they reduce them. */
export const cos = defineUnary("Cos", ({ g, inputs: [x], grads: [dy] }) => [g.neg(g.mul(dy!, g.sin(x)))]);
