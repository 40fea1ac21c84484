import { axisOf, type Dim } from "../dim.ts";
import { type Attrs, defineOp, type Pullback, type Value } from "../op.ts";

/** What the gradient rule of a reduction sees; `y` and `dy` keep the reduced axes with length 1. */
export interface ReductionPullback extends Pick<Pullback<Attrs>, "g"> {
  readonly x: Value;
  /** Positive, ascending. */
  readonly axes: readonly number[];
  readonly y: Value;
  readonly dy: Value;
}

/** A reduction over constant axes; `keepdims` leaves them with length 1. */
export const defineReduction = (type: string, vjp: (p: ReductionPullback) => Value) =>
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
    vjp: (p) => {
      const { g, inputs, outputs, grads, where } = p;
      const [x] = inputs;
      const axes = p.attrs.axes.map((axis) => axisOf(axis, x.shape.length, where)).sort((a, b) => a - b);
      const kept = (v: Value) => (p.attrs.keepdims === 1 ? v : g.unsqueeze(v, axes));
      return [vjp({ g, x, axes, y: kept(outputs[0]), dy: kept(grads[0]!) })];
    },
  });

function reducedShape(shape: readonly Dim[], axes: readonly number[], keep: boolean, where: string): Dim[] {
  const gone = new Set(axes.map((axis) => axisOf(axis, shape.length, where)));
  return keep ? shape.map((d, i) => (gone.has(i) ? 1 : d)) : shape.filter((_, i) => !gone.has(i));
}
