import { demand, oneDtype } from "../demand.ts";
import { broadcast } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Equal-19: `a = b` as bool, broadcast. */
export const equal = defineOp({
  type: "Equal",
  vjp: "zero",
  call: (a: Value, b: Value) => ({ inputs: [a, b], attrs: {} }),
  infer: ([a, b], _attrs, where) => {
    demand(oneDtype([a, b]), where, "operands of one element type", [a, b]);
    return [{ dtype: "bool", shape: broadcast([a.shape, b.shape], where) }];
  },
});
