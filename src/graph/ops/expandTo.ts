import { GraphError } from "../../errors.ts";
import { broadcast, type Dim, parseDims, shapeText } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { sumTo } from "../sumTo.ts";

/** ONNX Expand-13: `x` repeated along its axes of length 1 (and new ones in front) up to a shape computed at run time. `dims` tells it. */
export const expandTo = defineOp({
  type: "Expand",
  localAttrs: ["dims"],
  localAttrsOf: ({ shape }) => ({ dims: shape.join() }),
  call: (x: Value, shape: Value, dims: readonly Dim[]) => ({ inputs: [x, shape], attrs: { dims: dims.join() } }),
  infer: ([x], { dims }, where) => {
    const shape = parseDims(dims);
    if (broadcast([x.shape, shape], where).join() !== shape.join()) {
      throw new GraphError({ where, what: "cannot expand", got: `${shapeText(x.shape)} to ${shapeText(shape)}` });
    }
    return [{ dtype: x.dtype, shape }];
  },
  vjp: ({ g, inputs: [x], grads: [dy] }) => [sumTo(g, dy!, x)],
});
