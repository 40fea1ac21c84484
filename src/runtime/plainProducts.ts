import type { Graph, GraphBuilder, GraphNode, TensorType, Value } from "../graph/index.ts";
import { defineOp } from "../graph/op.ts";
import { matMulShape } from "../graph/ops/matMul.ts";
import { rewrite } from "./rewrite.ts";

/**
 * Write every FusedMatMul as Gemm, or where it has more than two axes as Transpose, MatMul and a factor.
 *
 * ONNX Runtime's WebGPU provider (1.30) has no FusedMatMul: it would run on the CPU, and its operands and result would cross over each time.
 */
export function plainProducts(graph: Graph): Graph {
  if (!graph.nodes.some(isFused)) return graph;
  return rewrite(graph, (g, node, [a, b]) =>
    isFused(node) ? [product(g, a!, b!, node.attrs as unknown as FusedAttrs)] : undefined,
  );
}

const isFused = ({ op }: GraphNode): boolean => op.type === "FusedMatMul";

interface FusedAttrs {
  readonly transA: number;
  readonly transB: number;
  readonly alpha: number;
}

/** `alpha · op(a) × op(b)` */
function product(g: GraphBuilder, a: Value, b: Value, { transA, transB, alpha }: FusedAttrs): Value {
  if (a.shape.length === 2 && b.shape.length === 2) return g.apply(gemm, [a, b], { transA, transB, alpha })[0];
  const plain = g.matMul(transA === 1 ? swapped(g, a) : a, transB === 1 ? swapped(g, b) : b);
  return alpha === 1 ? plain : g.mul(plain, g.scalar(alpha));
}

/** The last two axes change places. */
function swapped(g: GraphBuilder, x: Value): Value {
  const last = x.shape.length - 1;
  return g.transpose(x, [...Array.from({ length: last - 1 }, (_, axis) => axis), last, last - 1]);
}

const turned = ({ shape }: TensorType, flag: number) => (flag === 1 ? shape.toReversed() : shape);

/** ONNX Gemm-13 of two matrices, without its third operand: `alpha · op(a) × op(b)`. */
const gemm = defineOp({
  type: "Gemm",
  floatAttrs: ["alpha"],
  call: (a: Value, b: Value, attrs: FusedAttrs) => ({ inputs: [a, b], attrs: { ...attrs } }),
  infer: ([a, b], { transA, transB }, where) => [
    { dtype: a.dtype, shape: matMulShape(turned(a, transA), turned(b, transB), where) },
  ],
  vjp: "zero", // stands only in graphs that are run
});
