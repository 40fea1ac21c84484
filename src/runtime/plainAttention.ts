import { createBuilder, type Graph, type GraphNode, ops, type Value } from "../graph/index.ts";

/**
 * Write every MultiHeadAttention out as products and a softmax.
 *
 * ONNX Runtime's WebGPU provider (1.30) computes it from 32 positions on with a flash attention that takes keys from 8 lanes of a
 * subgroup. Adapters may have subgroups of 4 (SwiftShader has), and the result is then wrong without an error: off by 6e-2 for keys
 * and values drawn from ±1. The plain form is right on every adapter.
 */
export function plainAttention(graph: Graph): Graph {
  if (!graph.nodes.some(isAttention)) return graph;
  const g = createBuilder(graph.name);
  const values = new Map<Value, Value>();
  for (const input of graph.inputs) values.set(input, g.input(input.name, input.dtype, input.shape));
  for (const [value, tensor] of graph.initializers) values.set(value, g.parameter(value.name, tensor));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((v) => (v === undefined ? undefined : values.get(v)));
    const outputs = isAttention(node)
      ? g.scope(node.name, () => ops.multiHeadAttention.expand!(g, inputs, node.attrs as never) as Value[])
      : g.apply(node.op, inputs, node.attrs);
    node.outputs.forEach((v, i) => void values.set(v, outputs[i]));
  }
  return g.finish(Object.fromEntries(graph.outputs.map((v) => [v.name, values.get(v)!])), graph.metadata);
}

const isAttention = ({ op }: GraphNode): boolean => op.type === "MultiHeadAttention";
