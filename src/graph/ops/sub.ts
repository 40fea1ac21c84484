import { sumTo } from "../sumTo.ts";
import { defineBinary } from "./elementwise.ts";

/** ONNX Sub-14: `y = a − b`, broadcast. */
export const sub = defineBinary("Sub", ({ g, inputs: [a, b], grads: [dy], needs }) => [
  sumTo(g, dy!, a),
  needs(1) ? g.neg(sumTo(g, dy!, b)) : undefined,
]);
