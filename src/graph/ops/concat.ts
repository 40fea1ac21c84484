import { GraphError } from "../../errors.ts";
import type { Algebra } from "../algebra.ts";
import { axisLength, axisPositions } from "../axisLength.ts";
import { demand, oneDtype } from "../demand.ts";
import { axisOf, type Dim, shapeText } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { int64, type TensorType } from "../tensor.ts";

/** ONNX Concat-13 along `axis`. At most one operand may have a symbolic length there; the result is then a symbol like `C+1`. */
export const concat = defineOp({
  type: "Concat",
  call: (values: readonly Value[], axis: number) => ({ inputs: values, attrs: { axis } }),
  infer: (inputs, { axis }, where) => {
    demand(inputs.length > 0 && oneDtype(inputs), where, "operands of one element type", inputs);
    return [{ dtype: inputs[0].dtype, shape: concatenated(inputs, axis, where) }];
  },
  vjp: ({ g, inputs, attrs: { axis }, grads: [dy], where, needs }) => {
    const at = axisOf(axis, inputs[0].shape.length, where);
    return inputs.map((x, i) => (needs(i) ? partOf(g, dy!, inputs.slice(0, i), x, at) : undefined));
  },
});

/** What stands in `dy` where `x` stands behind the operands `before` it. */
function partOf(g: Algebra, dy: Value, before: readonly Value[], x: Value, axis: number): Value {
  const lengths = [...before, x].map(({ shape }) => shape[axis]);
  if (lengths.every((length) => typeof length === "number")) {
    const end = lengths.reduce((sum, length) => sum + length, 0);
    return g.slice(dy, [end - Number(x.shape[axis])], [end], [axis]);
  }
  const start = before.map((v) => axisLength(g, v, axis)).reduce((sum, n) => g.add(sum, n), g.constant(int64([0], [])));
  return g.gather(dy, axisPositions(g, x, axis, start), axis);
}

function concatenated(inputs: readonly TensorType[], axis: number, where: string): Dim[] {
  const [first, ...others] = inputs.map(({ shape }) => shape);
  const at = axisOf(axis, first.length, where);
  for (const shape of others) {
    if (shape.length !== first.length || shape.some((d, i) => i !== at && d !== first[i])) {
      throw new GraphError({
        where,
        what: "shapes do not concatenate",
        got: inputs.map((t) => shapeText(t.shape)).join(),
      });
    }
  }
  const lengths = inputs.map(({ shape }) => shape[at]);
  const total = lengths.every((d) => typeof d === "number")
    ? lengths.reduce((sum, d) => sum + d, 0)
    : lengths.join("+").replaceAll("*", "·"); // a symbol of its own: sums are not computed with
  return first.map((d, i) => (i === at ? total : d));
}
