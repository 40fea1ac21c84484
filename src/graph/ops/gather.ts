import { demand } from "../demand.ts";
import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Gather-13: entries of `x` along `axis` at integer `indices`; the indices' shape takes the place of that axis. */
export const gather = defineOp({
  type: "Gather",
  onnxDefaults: { axis: 0 },
  call: (x: Value, indices: Value, axis: number = 0) => ({ inputs: [x, indices], attrs: { axis } }),
  infer: ([x, indices], { axis }, where) => {
    const at = axisOf(axis, x.shape.length, where);
    demand(indices.dtype === "int32" || indices.dtype === "int64", where, "int32 or int64 indices", [indices]);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)] }];
  },
});
