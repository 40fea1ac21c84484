import { demand } from "../demand.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Transpose-21: axis i of the result is axis `perm[i]` of the operand. */
export const transpose = defineOp({
  type: "Transpose",
  call: (x: Value, perm: readonly number[]) => ({ inputs: [x], attrs: { perm } }),
  infer: ([x], { perm }, where) => {
    const fits = perm.length === x.shape.length && x.shape.every((_, axis) => perm.includes(axis));
    demand(fits, where, `one operand whose axes are [${perm.join(", ")}] in another order`, [x]);
    return [{ dtype: x.dtype, shape: perm.map((axis) => x.shape[axis]) }];
  },
  vjp: ({ g, attrs: { perm }, grads: [dy] }) => [
    g.transpose(
      dy!,
      perm.map((_, axis) => perm.indexOf(axis)),
    ),
  ],
});
