import { defineUnary } from "./elementwise.ts";

/** ONNX Neg-13. */
export const neg = defineUnary("Neg", ({ g, grads: [dy] }) => [g.neg(dy!)]);
