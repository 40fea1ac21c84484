import { GraphError } from "../../errors.ts";
import type { Algebra } from "../algebra.ts";
import { demand, oneDtype } from "../demand.ts";
import { broadcast, type Dim, shapeText } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { sumTo } from "../sumTo.ts";

/** ONNX MatMul-13: `(…, m, k) × (…, k, n) → (…, m, n)`, leading axes broadcast. With a 2-D right operand it is one product over all rows. */
export const matMul = defineOp({
  type: "MatMul",
  call: (a: Value, b: Value) => ({ inputs: [a, b], attrs: {} }),
  infer: ([a, b], _attrs, where) => {
    demand(oneDtype([a, b]), where, "operands of one element type", [a, b]);
    return [{ dtype: a.dtype, shape: matMulShape(a.shape, b.shape, where) }];
  },
  vjp: ({ g, inputs: [a, b], grads: [dy], needs }) => [
    needs(0) ? sumTo(g, g.fusedMatMul(dy!, b, { transB: true }), a) : undefined,
    needs(1) ? dRight(g, a, b, dy!) : undefined,
  ],
});

/** Shape of a matrix product of operands with at least two axes. */
export function matMulShape(a: readonly Dim[], b: readonly Dim[], where: string): Dim[] {
  if (a.length < 2 || b.length < 2 || a.at(-1) !== b.at(-2)) {
    throw new GraphError({
      where,
      what: "inner axes of a matrix product differ",
      got: `${shapeText(a)} × ${shapeText(b)}`,
    });
  }
  return [...broadcast([a.slice(0, -2), b.slice(0, -2)], where), a.at(-2)!, b.at(-1)!];
}

/** `aᵀ dy`; one product over all rows where the right operand is one matrix. */
function dRight(g: Algebra, a: Value, b: Value, dy: Value): Value {
  const rows = (v: Value) =>
    b.shape.length === 2 && v.shape.length > 2 ? g.reshape(v, [-1, Number(v.shape.at(-1))]) : v;
  const constant = [a, dy].every(({ shape }) => typeof shape.at(-1) === "number");
  const [left, right] = constant ? [rows(a), rows(dy)] : [a, dy];
  return sumTo(g, g.fusedMatMul(left, right, { transA: true }), b);
}
