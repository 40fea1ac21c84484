import { defineUnary } from "./elementwise.ts";

/** ONNX Identity-19: a second name for a value. */
export const identity = defineUnary("Identity", ({ grads: [dy] }) => [dy]);
