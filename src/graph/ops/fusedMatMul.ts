import type { Algebra } from "../algebra.ts";
import { demand, oneDtype } from "../demand.ts";
import type { Dim } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { sumTo } from "../sumTo.ts";
import { matMulShape } from "./matMul.ts";

/** Options of a scaled product of transposed operands. */
export interface FusedMatMulOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor on the product. */
  readonly alpha?: number;
}

const transposed = (shape: readonly Dim[], flag: number): readonly Dim[] =>
  flag === 0 ? shape : [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!];

/** ONNX Runtime's com.microsoft.FusedMatMul: `alpha · op(a) × op(b)`, where op transposes the last two axes on request. */
export const fusedMatMul = defineOp({
  type: "FusedMatMul",
  domain: "com.microsoft",
  floatAttrs: ["alpha"],
  onnxDefaults: { transA: 0, transB: 0, alpha: 1 },
  call: (a: Value, b: Value, { transA = false, transB = false, alpha = 1 }: FusedMatMulOptions = {}) => ({
    inputs: [a, b],
    attrs: { transA: Number(transA), transB: Number(transB), alpha },
  }),
  infer: ([a, b], { transA, transB }, where) => {
    const matrices = a.shape.length > 1 && b.shape.length > 1;
    demand(matrices && oneDtype([a, b]), where, "matrices of one element type", [a, b]);
    return [{ dtype: a.dtype, shape: matMulShape(transposed(a.shape, transA), transposed(b.shape, transB), where) }];
  },
  vjp({ g, inputs: [a, b], attrs, grads: [dy], needs }) {
    const { da, db } = productGradients(g, [a, b], attrs, dy!);
    return [needs(0) ? sumTo(g, da(), a) : undefined, needs(1) ? sumTo(g, db(), b) : undefined];
  },
});

/** Gradients of the operands of `alpha · op(a) × op(b)`, before they are summed over axes that were broadcast. */
export function productGradients(
  g: Algebra,
  [a, b]: readonly Value[],
  { alpha, ...flags }: { readonly transA: number; readonly transB: number; readonly alpha: number },
  dy: Value,
) {
  const [transA, transB] = [flags.transA === 1, flags.transB === 1];
  return {
    da: () =>
      transA
        ? g.fusedMatMul(b, dy, { alpha, transA: transB, transB: true }) // op(b) dyᵀ
        : g.fusedMatMul(dy, b, { alpha, transB: !transB }), // dy op(b)ᵀ
    db: () => {
      const [left, d] = !transA && b.shape.length === 2 ? asRows(g, [a, dy]) : [a, dy];
      return transB
        ? g.fusedMatMul(d, left, { alpha, transA: true, transB: transA }) // dyᵀ op(a)
        : g.fusedMatMul(left, d, { alpha, transA: !transA }); // op(a)ᵀ dy
    },
  };
}

/** Batches of matrices as rows of one, where their widths are constant: one product instead of many whose results are summed. */
function asRows(g: Algebra, batches: readonly Value[]): readonly Value[] {
  const fits = batches.every(({ shape }) => shape.length > 2 && typeof shape.at(-1) === "number");
  return fits ? batches.map((x) => g.reshape(x, [-1, Number(x.shape.at(-1))])) : batches;
}
