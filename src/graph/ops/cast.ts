import { GraphError } from "../../errors.ts";
import { defineOp, type Value } from "../op.ts";
import { DTYPES, type Dtype } from "../tensor.ts";

const byNumber = new Map(Object.entries(DTYPES).map(([name, number]) => [number as number, name as Dtype]));

/** ONNX Cast-19 to another element type. */
export const cast = defineOp({
  type: "Cast",
  call: (x: Value, dtype: Dtype) => ({ inputs: [x], attrs: { to: DTYPES[dtype] as number } }),
  infer: ([x], { to }, where) => {
    const dtype = byNumber.get(to);
    if (dtype !== undefined) return [{ dtype, shape: x.shape }];
    const expected = Object.keys(DTYPES).join(", ");
    throw new GraphError({ where, what: "cannot cast to this element type", expected, got: String(to) });
  },
  vjp: ({ g, inputs: [x], outputs: [y], grads: [dy] }) => [
    x.dtype.startsWith("float") && y.dtype.startsWith("float") ? g.cast(dy!, x.dtype) : undefined, // rounding has no slope
  ],
});
