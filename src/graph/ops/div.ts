import { sumTo } from "../sumTo.ts";
import { defineBinary } from "./elementwise.ts";

/** ONNX Div-14: `y = a / b`, broadcast; IEEE division, no reciprocal. */
export const div = defineBinary("Div", ({ g, inputs: [a, b], outputs: [y], grads: [dy], needs }) => {
  const da = g.div(dy!, b);
  return [needs(0) ? sumTo(g, da, a) : undefined, needs(1) ? g.neg(sumTo(g, g.mul(da, y), b)) : undefined];
});
