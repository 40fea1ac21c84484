import { demand } from "../demand.ts";
import { defineOp, type Value } from "../op.ts";

/**
 * ONNX QuantizeLinear-21: `saturate(round(x / scale))`, ties to even, to the element type of `zeroPoint`, which is 0.
 * One scale for all values.
 */
export const quantizeLinear = defineOp({
  type: "QuantizeLinear",
  onnxDefaults: { axis: 1 },
  call: (x: Value, scale: Value, zeroPoint: Value) => ({ inputs: [x, scale, zeroPoint], attrs: { axis: 1 } }),
  infer: ([x, scale, zeroPoint], _attrs, where) => {
    const fits = scale.shape.length === 0 && zeroPoint.shape.length === 0 && scale.dtype === x.dtype;
    demand(fits, where, "a scale and a zero point without axes", [x, scale, zeroPoint]);
    return [{ dtype: zeroPoint.dtype, shape: x.shape }];
  },
  vjp: "zero", // rounding has no slope; training gives it one, see fakeQuantize
});
