import { scalarLike } from "../scalarLike.ts";
import { defineUnary } from "./elementwise.ts";

/** ONNX Abs-13. */
export const abs = defineUnary("Abs", ({ g, inputs: [x], grads: [dy] }) => {
  const zero = scalarLike(g, 0, x);
  return [g.where(g.less(x, zero), g.neg(dy!), g.where(g.less(zero, x), dy!, zero))]; // 0 at 0
});
