import { defineUnary } from "./elementwise.ts";

/** ONNX Log-13, natural. */
export const log = defineUnary("Log", ({ g, inputs: [x], grads: [dy] }) => [g.div(dy!, x)]);
