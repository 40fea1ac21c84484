import type { Algebra } from "../algebra.ts";
import { axisPositions } from "../axisLength.ts";
import { demand } from "../demand.ts";
import type { Dim } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";
import { int64 } from "../tensor.ts";

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
  vjp: ({ g, inputs: [x], attrs: { starts, axes }, outputs: [y], grads: [dy] }) => {
    if (y.shape.includes(0)) return [undefined];
    const before = x.shape.map(() => 0);
    const after = x.shape.map(() => 0);
    axes.forEach((axis, i) => {
      const length = x.shape[axis];
      if (typeof length !== "number") return;
      before[axis] = starts[i];
      after[axis] = length - starts[i] - Number(y.shape[axis]);
    });
    const padded = before.concat(after).some((n) => n > 0) ? g.pad(dy!, before, after) : dy!;
    const dynamic = axes.flatMap((axis, i) => (typeof x.shape[axis] === "number" ? [] : [{ axis, start: starts[i] }]));
    return [dynamic.reduce((grown, { axis, start }) => padLike(g, grown, x, axis, start), padded)];
  },
});

/** Zeros around `dy` along a dynamic axis, up to the length that `x` has there: position p takes entry `p − start` where there is one. */
function padLike(g: Algebra, dy: Value, x: Value, axis: number, start: number): Value {
  const whole = (n: number) => g.constant(int64([n], []));
  const last = whole(Number(dy.shape[axis]) - 1);
  const entry = g.sub(axisPositions(g, x, axis), whole(start));
  const inside = g.max(g.min(entry, last), whole(0));
  const behind = x.shape.slice(axis + 1).map(() => 1);
  const there = g.reshape(g.equal(entry, inside), [-1, ...behind]);
  return g.where(there, g.gather(dy, inside, axis), scalarLike(g, 0, dy));
}
