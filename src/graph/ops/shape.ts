import { demand } from "../demand.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Shape-21: lengths of the axes `start ≤ axis < end` as an int64 vector. */
export const shape = defineOp({
  type: "Shape",
  vjp: "zero",
  onnxDefaults: { start: 0 },
  call: (x: Value, start: number, end: number) => ({ inputs: [x], attrs: { start, end } }),
  infer: ([x], { start, end }, where) => {
    demand(0 <= start && start <= end && end <= x.shape.length, where, `axes ${start} to ${end}`, [x]);
    return [{ dtype: "int64", shape: [end - start] }];
  },
});
