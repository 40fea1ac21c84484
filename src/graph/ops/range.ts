import { demand, oneDtype } from "../demand.ts";
import { productOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Range-11: `0, 1, … limit − 1` as a vector whose length the graph calls `length`. `limit` is an int64 scalar. */
export const range = defineOp({
  type: "Range",
  vjp: "zero",
  localAttrs: ["length"],
  localAttrsOf: ({ shape: [length] }) => ({ length: String(length) }),
  call: (start: Value, limit: Value, delta: Value, length: string) => ({
    inputs: [start, limit, delta],
    attrs: { length },
  }),
  infer: (bounds, { length }, where) => {
    const scalars = bounds.length === 3 && bounds.every(({ shape }) => shape.length === 0);
    demand(scalars && oneDtype(bounds), where, "three scalars of one element type", bounds);
    return [{ dtype: bounds[0].dtype, shape: [productOf([length])] }];
  },
});
