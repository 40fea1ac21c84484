import { defineBinary } from "./elementwise.ts";

/** ONNX Min-13 of two operands, broadcast. */
export const min = defineBinary("Min");
