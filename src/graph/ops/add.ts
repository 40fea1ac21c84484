import { defineBinary } from "./elementwise.ts";

/** ONNX Add-14: `y = a + b`, broadcast. */
export const add = defineBinary("Add");
