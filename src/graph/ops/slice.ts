import { demand } from "../demand.ts";
import type { Dim } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";

/** ONNX Slice-13 with constant bounds: `starts ≤ index < ends` along `axes` (not negative). */
export const slice = defineOp({
  type: "Slice",
  constantInputs: ["starts", "ends", "axes"],
  call: (x: Value, starts: readonly number[], ends: readonly number[], axes: readonly number[]) => ({
    inputs: [x],
    attrs: { starts, ends, axes },
  }),
  infer: ([x], { starts, ends, axes }, where) => {
    const paired = starts.length === axes.length && ends.length === axes.length;
    const there = axes.every((axis, i) => axis in x.shape && starts[i] >= 0 && ends[i] >= 0);
    demand(paired && there, where, `a start and an end, not negative, for each of the axes [${axes.join(", ")}]`, [x]);
    const shape = x.shape.map((length, axis): Dim => {
      const i = axes.indexOf(axis);
      if (i < 0) return length;
      return typeof length === "number"
        ? Math.max(0, Math.min(length, ends[i]) - starts[i])
        : Math.max(0, ends[i] - starts[i]);
    });
    return [{ dtype: x.dtype, shape }];
  },
  vjp: ({ g, inputs: [x], attrs: { starts, ends, axes }, grads: [dy], where }) => {
    const known = axes.every((axis) => typeof x.shape[axis] === "number");
    demand(known, where, "axes of constant length, for the gradient", [x]);
    const before = x.shape.map(() => 0);
    const after = x.shape.map(() => 0);
    axes.forEach((axis, i) => {
      before[axis] = starts[i];
      after[axis] = Math.max(0, Number(x.shape[axis]) - ends[i]);
    });
    return [g.pad(dy!, before, after)];
  },
});
