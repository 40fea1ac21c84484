import { axisOf, type Dim } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** A reduction over constant axes; `keepdims` leaves them with length 1. */
export const defineReduction = (type: string) =>
  defineOp({
    type,
    constantInputs: ["axes"],
    onnxDefaults: { keepdims: 1 },
    call: (x: Value, axes: readonly number[], keepDims = true) => ({
      inputs: [x],
      attrs: { axes, keepdims: Number(keepDims) },
    }),
    infer: ([x], { axes, keepdims }, where) => [
      { dtype: x.dtype, shape: reducedShape(x.shape, axes, keepdims === 1, where) },
    ],
  });

function reducedShape(shape: readonly Dim[], axes: readonly number[], keep: boolean, where: string): Dim[] {
  const gone = new Set(axes.map((axis) => axisOf(axis, shape.length, where)));
  return keep ? shape.map((d, i) => (gone.has(i) ? 1 : d)) : shape.filter((_, i) => !gone.has(i));
}
