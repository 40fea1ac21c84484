import { demand, oneDtype } from "../demand.ts";
import { broadcast } from "../dim.ts";
import { type Attrs, defineOp, type Value, type Vjp } from "../op.ts";

/** An operator of two broadcast operands of one type. */
export const defineBinary = (type: string, vjp: Vjp<Attrs>) =>
  defineOp({
    type,
    vjp,
    call: (a: Value, b: Value) => ({ inputs: [a, b], attrs: {} }),
    infer: ([a, b], _attrs, where) => {
      demand(oneDtype([a, b]), where, "operands of one element type", [a, b]);
      return [{ dtype: a.dtype, shape: broadcast([a.shape, b.shape], where) }];
    },
  });

/** An operator of one operand that keeps type and shape. */
export const defineUnary = (type: string, vjp: Vjp<Attrs>) =>
  defineOp({
    type,
    vjp,
    call: (x: Value) => ({ inputs: [x], attrs: {} }),
    infer: ([x]) => [x],
  });
