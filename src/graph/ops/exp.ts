import { defineUnary } from "./elementwise.ts";

/** ONNX Exp-13. */
export const exp = defineUnary("Exp");
