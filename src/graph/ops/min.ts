import { defineBinary } from "./elementwise.ts";
import { selection } from "./selection.ts";

/** ONNX Min-13 of two operands, broadcast. */
export const min = defineBinary(
  "Min",
  selection((g, a, b) => g.less(a, b)),
);
