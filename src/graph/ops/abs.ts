import { defineUnary } from "./elementwise.ts";

/** ONNX Abs-13. */
export const abs = defineUnary("Abs");
