import { demand } from "../demand.ts";
import type { Dim } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Pad-21 with zeros: `before[i]` in front of and `after[i]` behind axis i. Padded axes have a constant length. */
export const pad = defineOp({
  type: "Pad",
  constantInputs: ["pads"],
  call: (x: Value, before: readonly number[], after: readonly number[]) => ({
    inputs: [x],
    attrs: { pads: [...before, ...after] },
  }),
  infer: ([x], { pads }, where) => {
    const rank = x.shape.length;
    const added = x.shape.map((_, axis) => pads[axis] + pads[axis + rank]);
    const fits = pads.length === 2 * rank && pads.every((n) => n >= 0);
    const known = x.shape.every((length, axis) => typeof length === "number" || added[axis] === 0);
    demand(fits && known, where, "two lengths, not negative, per axis, and 0 for dynamic axes", [x]);
    const shape = x.shape.map((length, axis): Dim => (typeof length === "number" ? length + added[axis] : length));
    return [{ dtype: x.dtype, shape }];
  },
  vjp: ({ g, inputs: [x], attrs: { pads }, grads: [dy] }) => {
    const axes = x.shape.flatMap((length, axis) => (typeof length === "number" ? [axis] : []));
    const starts = axes.map((axis) => pads[axis]);
    return [
      g.slice(
        dy!,
        starts,
        axes.map((axis, i) => starts[i] + Number(x.shape[axis])),
        axes,
      ),
    ];
  },
});
