import { defineOp, type Value } from "../op.ts";
import { DTYPES, type Dtype } from "../tensor.ts";

const byNumber = new Map(Object.entries(DTYPES).map(([name, number]) => [number as number, name as Dtype]));

/** ONNX Cast-19 to another element type. */
export const cast = defineOp({
  type: "Cast",
  call: (x: Value, dtype: Dtype) => ({ inputs: [x], attrs: { to: DTYPES[dtype] as number } }),
  infer: ([x], { to }) => [{ dtype: byNumber.get(to)!, shape: x.shape }],
});
