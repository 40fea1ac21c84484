import { demand } from "../demand.ts";
import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX DequantizeLinear-21 with zero point 0: `x · scale`; one scale for all values, or one per position along `axis`. */
export const dequantizeLinear = defineOp({
  type: "DequantizeLinear",
  onnxDefaults: { axis: 1 },
  call: (x: Value, scale: Value, axis: number = 1) => ({ inputs: [x, scale], attrs: { axis } }),
  infer: ([x, scale], { axis }, where) => {
    const perPosition = scale.shape.length === 1 && scale.shape[0] === x.shape[axisOf(axis, x.shape.length, where)];
    demand(scale.shape.length === 0 || perPosition, where, "a scale without axes or one per position", [x, scale]);
    return [{ dtype: scale.dtype, shape: x.shape }];
  },
  vjp: "zero", // integers do not move by small steps
});
