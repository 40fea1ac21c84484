import { defineUnary } from "./elementwise.ts";

/** ONNX Sin-7. Use float64 for large arguments: providers differ in how they reduce them. */
export const sin = defineUnary("Sin", ({ g, inputs: [x], grads: [dy] }) => [g.mul(dy!, g.cos(x))]);
