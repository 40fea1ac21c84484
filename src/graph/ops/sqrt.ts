import { defineUnary } from "./elementwise.ts";

/** ONNX Sqrt-13. */
export const sqrt = defineUnary("Sqrt");
