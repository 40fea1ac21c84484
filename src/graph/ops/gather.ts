import type { Algebra } from "../algebra.ts";
import { demand } from "../demand.ts";
import { axisOf } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { float32 } from "../tensor.ts";

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
    const sizes = x.shape.filter((length) => typeof length === "number");
    const table = axis === 0 && sizes.length === x.shape.length && x.shape.length > 0;
    demand(table, where, "axis 0 of a table of constant shape, for the gradient", [x]);
    const width = sizes.slice(1).reduce((a, b) => a * b, 1);
    const rows = g.reshape(dy!, [-1, width]);
    // row r of the table gets the sum of the gradients that were read from it: a product with the indices as one-hot rows
    return [g.reshape(g.fusedMatMul(oneHot(g, indices, sizes[0]), rows, { transA: true }), sizes)];
  },
});

/** (indices, count) float32; negative indices count from the end. Numbers below 2²⁴ are exact in float32. */
function oneHot(g: Algebra, indices: Value, count: number): Value {
  const column = g.reshape(g.cast(indices, "float32"), [-1, 1]);
  const places = (from: number) => g.constant(float32(Array.from({ length: count }, (_, i) => i + from)));
  const at = (from: number) => g.cast(g.equal(column, places(from)), "float32");
  return g.add(at(0), at(-count));
}
