import { demand, oneDtype } from "../demand.ts";
import { broadcast } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";
import { sumTo } from "../sumTo.ts";

/** ONNX Where-16: `condition ? a : b`, broadcast over all three. */
export const where = defineOp({
  type: "Where",
  call: (condition: Value, a: Value, b: Value) => ({ inputs: [condition, a, b], attrs: {} }),
  infer: ([condition, a, b], _attrs, at) => {
    const fits = condition.dtype === "bool" && oneDtype([a, b]);
    demand(fits, at, "a bool condition and two operands of one element type", [condition, a, b]);
    return [{ dtype: a.dtype, shape: broadcast([condition.shape, a.shape, b.shape], at) }];
  },
  vjp: ({ g, inputs: [condition, a, b], grads: [dy], needs }) => {
    const zero = scalarLike(g, 0, dy!);
    return [
      undefined,
      needs(1) ? sumTo(g, g.where(condition, dy!, zero), a) : undefined,
      needs(2) ? sumTo(g, g.where(condition, zero, dy!), b) : undefined,
    ];
  },
});
