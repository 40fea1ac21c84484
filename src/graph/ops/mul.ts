import { sumTo } from "../sumTo.ts";
import { defineBinary } from "./elementwise.ts";

/** ONNX Mul-14: `y = a · b`, broadcast. */
export const mul = defineBinary("Mul", ({ g, inputs: [a, b], grads: [dy], needs }) => [
  needs(0) ? sumTo(g, g.mul(dy!, b), a) : undefined,
  needs(1) ? sumTo(g, g.mul(dy!, a), b) : undefined,
]);
