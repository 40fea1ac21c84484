import { type Graph, type GraphBuilder, type GraphNode, ops, rewrite, type Value } from "../graph/index.ts";

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
  if (a.shape.length === 2 && b.shape.length === 2)
    return g.apply(ops.gemm, [a, b], { transA, transB, alpha, beta: 1 })[0];
  const plain = g.matMul(transA === 1 ? swapped(g, a) : a, transB === 1 ? swapped(g, b) : b);
  return alpha === 1 ? plain : g.mul(plain, g.scalar(alpha));
}

/** The last two axes change places. */
function swapped(g: GraphBuilder, x: Value): Value {
  const last = x.shape.length - 1;
  return g.transpose(x, [...Array.from({ length: last - 1 }, (_, axis) => axis), last, last - 1]);
}
