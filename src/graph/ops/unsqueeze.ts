import { demand } from "../demand.ts";
import type { Dim } from "../dim.ts";
import { inShapeOf } from "../inShapeOf.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Unsqueeze-21: axes of length 1 at the positions `axes` of the result (ascending, not negative). */
export const unsqueeze = defineOp({
  type: "Unsqueeze",
  constantInputs: ["axes"],
  call: (x: Value, axes: readonly number[]) => ({ inputs: [x], attrs: { axes } }),
  infer: ([x], { axes }, where) => {
    const rank = x.shape.length + axes.length;
    const fits = axes.every((axis, i) => axis < rank && axis > (axes[i - 1] ?? -1));
    demand(fits, where, `ascending axes below ${rank} instead of [${axes.join(", ")}]`, [x]);
    const shape: Dim[] = [...x.shape];
    for (const axis of axes) shape.splice(axis, 0, 1);
    return [{ dtype: x.dtype, shape }];
  },
  vjp: ({ g, inputs: [x], grads: [dy] }) => [inShapeOf(g, dy!, x)],
});
