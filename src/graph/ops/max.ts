import { defineBinary } from "./elementwise.ts";

/** ONNX Max-13 of two operands, broadcast. */
export const max = defineBinary("Max");
