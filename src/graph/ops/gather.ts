import type { Algebra } from "../algebra.ts";
import { axisLength, axisPositions } from "../axisLength.ts";
import { demand } from "../demand.ts";
import { axisOf, productOf } from "../dim.ts";
import { inShapeOf } from "../inShapeOf.ts";
import { defineOp, type Value } from "../op.ts";
import { float32, int64 } from "../tensor.ts";

/** ONNX Gather-13: entries of `x` along `axis` at integer `indices`; the indices' shape takes the place of that axis. */
export const gather = defineOp({
  type: "Gather",
  onnxDefaults: { axis: 0 },
  call: (x: Value, indices: Value, axis: number = 0) => ({ inputs: [x, indices], attrs: { axis } }),
  infer: ([x, indices], { axis }, where) => {
    const at = axisOf(axis, x.shape.length, where);
    demand(indices.dtype === "int32" || indices.dtype === "int64", where, "int32 or int64 indices", [indices]);
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)] }];
  },
  vjp({ g, inputs: [x, indices], attrs: { axis }, grads: [dy], where }) {
    const at = axisOf(axis, x.shape.length, where);
    const rows = asRows(g, dy!, x, at, indices.shape.length);
    // row r of the table gets the sum of the gradients that were read from it: a product with the indices as one-hot rows
    return [inShapeOf(g, g.fusedMatMul(oneHot(g, indices, x, at), rows, { transA: true }), x)];
  },
});

/** (before…, indices…, after…) → (before…, rows, width) */
function asRows(g: Algebra, dy: Value, x: Value, at: number, rank: number): Value {
  const width = productOf(x.shape.slice(at + 1));
  const kept = x.shape.slice(0, at).map(() => 0);
  if (typeof width === "number") return g.reshape(dy, [...kept, -1, width]);
  if (rank === 1) return g.reshape(dy, [...kept, 0, -1]);
  const shape = g.concat([g.shape(x, 0, at), g.constant(int64([-1])), g.shape(x, at + 1, x.shape.length)], 0);
  const rows = productOf(dy.shape.slice(at, at + rank));
  const merged = g.reshapeTo(dy, shape, [...x.shape.slice(0, at), rows, ...x.shape.slice(at + 1)]);
  return g.reshape(merged, [...kept, 0, -1]);
}

/** (indices, axis length) of the type of `x`; negative indices count from the end. Numbers below 2²⁴ are exact in float32. */
function oneHot(g: Algebra, indices: Value, x: Value, axis: number): Value {
  const column = g.reshape(g.cast(indices, "float32"), [-1, 1]);
  const count = x.shape[axis];
  const places =
    typeof count === "number"
      ? g.constant(float32(Array.from({ length: count }, (_, i) => i)))
      : g.cast(axisPositions(g, x, axis), "float32");
  const length = g.cast(axisLength(g, x, axis), "float32");
  const at = (positions: Value) => g.cast(g.equal(column, positions), x.dtype);
  return g.add(at(places), at(g.sub(places, length)));
}
