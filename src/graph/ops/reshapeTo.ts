import { GraphError } from "../../errors.ts";
import { type Dim, parseDims, productOf, shapeText } from "../dim.ts";
import { inShapeOf } from "../inShapeOf.ts";
import { defineOp, type Value } from "../op.ts";

/**
 * ONNX Reshape-21 with a shape computed at run time, where two axes of the result are dynamic and not those of the operand.
 * `dims` tells the type of the result, e.g. `"B,S,C,64"`; their product must be that of the operand.
 */
export const reshapeTo = defineOp({
  type: "Reshape",
  localAttrs: ["dims"],
  localAttrsOf: ({ shape }) => ({ dims: shape.join() }),
  call: (x: Value, shape: Value, dims: readonly Dim[]) => ({ inputs: [x, shape], attrs: { dims: dims.join() } }),
  infer: ([x], { dims }, where) => {
    const shape = parseDims(dims);
    if (productOf(shape) !== productOf(x.shape)) {
      throw new GraphError({ where, what: "cannot reshape", got: `${shapeText(x.shape)} to ${shapeText(shape)}` });
    }
    return [{ dtype: x.dtype, shape }];
  },
  vjp: ({ g, inputs: [x], grads: [dy] }) => [inShapeOf(g, dy!, x)],
});
