import { GraphError } from "../../errors.ts";
import { type Dim, productOf, quotientOf, shapeText } from "../dim.ts";
import { inShapeOf } from "../inShapeOf.ts";
import { defineOp, type Value } from "../op.ts";

/**
 * ONNX Reshape-21. `shape` holds numbers, `0` for "as in the input at this position" and at most one `-1` for "the rest",
 * which is all that a graph with dynamic axes can say without computing shapes at run time.
 */
export const reshape = defineOp({
  type: "Reshape",
  constantInputs: ["shape"],
  call: (x: Value, shape: readonly number[]) => ({ inputs: [x], attrs: { shape } }),
  infer: ([x], { shape }, where) => [{ dtype: x.dtype, shape: reshaped(x.shape, shape, where) }],
  vjp: ({ g, inputs: [x], grads: [dy] }) => [inShapeOf(g, dy!, x)],
});

function reshaped(from: readonly Dim[], shape: readonly number[], where: string): Dim[] {
  const rest = shape.indexOf(-1);
  const sayable = shape.every((length, axis) => length > 0 || axis === rest || (length === 0 && axis < from.length));
  const known = shape.map((length, axis) => (length === 0 ? from[axis] : length));
  const all = productOf(from);
  const fixed = sayable ? productOf(known.filter((_, axis) => axis !== rest)) : 0;
  const missing = rest < 0 ? (fixed === all ? 1 : undefined) : quotientOf(all, fixed);
  if (!sayable || missing === undefined) {
    throw new GraphError({
      where,
      what: "cannot reshape",
      got: `${shapeText(from)} to ${shapeText(shape)}`,
    });
  }
  return known.map((length, axis) => (axis === rest ? missing : length));
}
