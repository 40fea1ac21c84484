import { GraphError } from "../../errors.ts";
import { demand, oneDtype } from "../demand.ts";
import { axisOf, type Dim, shapeText } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import type { TensorType } from "../tensor.ts";

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
    demand(
      inputs.every(({ shape }) => typeof shape[at] === "number"),
      where,
      "operands of constant length, for the gradient",
      inputs,
    );
    let end = 0;
    return inputs.map(({ shape }, i) => {
      const start = end;
      end += Number(shape[at]);
      return needs(i) ? g.slice(dy!, [start], [end], [at]) : undefined;
    });
  },
});

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
