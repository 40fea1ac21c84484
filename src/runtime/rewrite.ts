import { createBuilder, type Graph, type GraphBuilder, type GraphNode, type Value } from "../graph/index.ts";

/** What takes the place of a node: the outputs, built from the operands; undefined keeps the node. */
export type RewriteRule = (
  g: GraphBuilder,
  node: GraphNode,
  inputs: readonly (Value | undefined)[],
) => readonly Value[] | undefined;

/** The graph with some of its nodes written otherwise. Names of inputs, outputs and parameters stay. */
export function rewrite(graph: Graph, rule: RewriteRule): Graph {
  const g = createBuilder(graph.name);
  const values = new Map<Value, Value>();
  for (const input of graph.inputs) values.set(input, g.input(input.name, input.dtype, input.shape));
  for (const [value, tensor] of graph.initializers) values.set(value, g.parameter(value.name, tensor));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((v) => (v === undefined ? undefined : values.get(v)));
    const outputs = g.scope(node.name, () => rule(g, node, inputs)) ?? g.apply(node.op, inputs, node.attrs);
    node.outputs.forEach((v, i) => void values.set(v, outputs[i]));
  }
  return g.finish(Object.fromEntries(graph.outputs.map((v) => [v.name, values.get(v)!])), graph.metadata);
}
