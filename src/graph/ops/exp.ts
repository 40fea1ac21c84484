import { defineUnary } from "./elementwise.ts";

/** ONNX Exp-13. */
export const exp = defineUnary("Exp", ({ g, outputs: [y], grads: [dy] }) => [g.mul(dy!, y)]);
