import { defineBinary } from "./elementwise.ts";

/** ONNX Div-14: `y = a / b`, broadcast; IEEE division, no reciprocal. */
export const div = defineBinary("Div");
