import { defineBinary } from "./elementwise.ts";

/** ONNX Sub-14: `y = a − b`, broadcast. */
export const sub = defineBinary("Sub");
