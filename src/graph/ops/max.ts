import { defineBinary } from "./elementwise.ts";
import { selection } from "./selection.ts";

/** ONNX Max-13 of two operands, broadcast. */
export const max = defineBinary(
  "Max",
  selection((g, a, b) => g.less(b, a)),
);
