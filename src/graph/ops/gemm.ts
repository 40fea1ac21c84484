import { demand, oneDtype } from "../demand.ts";
import { broadcast, type Dim } from "../dim.ts";
import { defineOp, type Value } from "../op.ts";
import { scalarLike } from "../scalarLike.ts";
import { sumTo } from "../sumTo.ts";
import { productGradients } from "./fusedMatMul.ts";
import { matMulShape } from "./matMul.ts";

/** Options of a product with an addend. */
export interface GemmOptions {
  readonly transA?: boolean;
  readonly transB?: boolean;
  /** Factor on the product. */
  readonly alpha?: number;
  /** Factor on the addend. */
  readonly beta?: number;
}

const turned = (shape: readonly Dim[], flag: number): readonly Dim[] => (flag === 1 ? shape.toReversed() : shape);

/** ONNX Gemm-13 of two matrices: `alpha · op(a) × op(b) + beta · c`, where op transposes on request and c is broadcast. */
export const gemm = defineOp({
  type: "Gemm",
  floatAttrs: ["alpha", "beta"],
  onnxDefaults: { transA: 0, transB: 0, alpha: 1, beta: 1 },
  call: (a: Value, b: Value, c: Value, { transA = false, transB = false, alpha = 1, beta = 1 }: GemmOptions = {}) => ({
    inputs: [a, b, c],
    attrs: { transA: Number(transA), transB: Number(transB), alpha, beta },
  }),
  infer: (operands, { transA, transB }, where) => {
    const [a, b, ...addends] = operands;
    const matrices = a.shape.length === 2 && b.shape.length === 2 && addends.length < 2;
    demand(matrices && oneDtype(operands), where, "two matrices and at most one addend of their type", operands);
    const shape = matMulShape(turned(a.shape, transA), turned(b.shape, transB), where);
    const fits = addends.every((c) => broadcast([shape, c.shape], where).join() === shape.join());
    demand(fits, where, "an addend no larger than the product", operands);
    return [{ dtype: a.dtype, shape }];
  },
  vjp({ g, inputs: [a, b, c], attrs, grads: [dy], needs }) {
    const { da, db } = productGradients(g, [a, b], attrs, dy!);
    const dc = () => {
      const sum = sumTo(g, dy!, c);
      return attrs.beta === 1 ? sum : g.mul(sum, scalarLike(g, attrs.beta, c));
    };
    return [needs(0) ? da() : undefined, needs(1) ? db() : undefined, c !== undefined && needs(2) ? dc() : undefined];
  },
});
