import { defineBinary } from "./elementwise.ts";

/** ONNX Mul-14: `y = a · b`, broadcast. */
export const mul = defineBinary("Mul");
