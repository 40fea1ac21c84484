import { type Graph, type GraphNode, ops, rewrite, type Value } from "../graph/index.ts";

/**
 * Write every MultiHeadAttention out as products and a softmax.
 *
 * ONNX Runtime's WebGPU provider (1.30) computes it from 32 positions on with a flash attention that takes keys from 8 lanes of a
 * subgroup. Adapters may have subgroups of 4 (SwiftShader has), and the result is then wrong without an error: off by 6e-2 for keys
 * and values drawn from ±1. The plain form is right on every adapter.
 */
export function plainAttention(graph: Graph): Graph {
  if (!graph.nodes.some(isAttention)) return graph;
  return rewrite(graph, (g, node, inputs) =>
    isAttention(node) ? (ops.multiHeadAttention.expand!(g, inputs, node.attrs as never) as Value[]) : undefined,
  );
}

const isAttention = ({ op }: GraphNode): boolean => op.type === "MultiHeadAttention";
