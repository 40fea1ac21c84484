import { createBuilder, type Graph, type GraphBuilder, type GraphNode, type Value } from "../graph/index.ts";

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
      ? [g.scope(node.name, () => attention(g, inputs as Value[], node.attrs))]
      : g.apply(node.op, inputs, node.attrs);
    node.outputs.forEach((v, i) => void values.set(v, outputs[i]));
  }
  return g.finish(Object.fromEntries(graph.outputs.map((v) => [v.name, values.get(v)!])), graph.metadata);
}

const isAttention = ({ op }: GraphNode): boolean => op.type === "MultiHeadAttention";

/** `softmax(q kᵀ · scale) v` on (B, L, heads · size) operands, each with its part of the bias added where there is one. */
function attention(g: GraphBuilder, inputs: readonly Value[], { num_heads: heads, scale }: GraphNode["attrs"]): Value {
  const [query, key, value] = biased(g, inputs);
  const split = (x: Value, axes: number[]) => g.transpose(g.reshape(x, [0, 0, Number(heads), -1]), axes);
  const scores = g.matMul(split(query, [0, 2, 1, 3]), split(key, [0, 2, 3, 1])); // (B, H, L, M)
  const weights = g.softmax(g.mul(scores, g.scalar(Number(scale))));
  const attended = g.transpose(g.matMul(weights, split(value, [0, 2, 1, 3])), [0, 2, 1, 3]); // (B, L, H, d)
  return g.reshape(attended, [0, 0, Number(value.shape[2])]);
}

function biased(g: GraphBuilder, [query, key, value, bias]: readonly Value[]): Value[] {
  const operands = [query, key, value];
  if (bias === undefined) return operands;
  const parts = g.split3(
    bias,
    operands.map(({ shape }) => Number(shape[2])),
    0,
  );
  return operands.map((x, i) => g.add(x, parts[i]));
}
