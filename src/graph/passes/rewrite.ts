import { createBuilder, type GraphBuilder } from "../builder.ts";
import type { Graph } from "../graph.ts";
import type { GraphNode, Value } from "../op.ts";

/** What takes the place of a node: the outputs, built from the operands; undefined keeps the node. */
export type RewriteRule = (
  g: GraphBuilder,
  node: GraphNode,
  inputs: readonly (Value | undefined)[],
) => readonly Value[] | undefined;

/** The graph with some of its nodes written otherwise. Names of inputs, outputs and parameters stay. */
export const rewrite = (graph: Graph, rule: RewriteRule): Graph => rewriteFrom(graph, ({ shape }) => shape, rule);

/** `rewrite` of a graph whose inputs get other shapes. */
export function rewriteFrom(graph: Graph, shapeOf: (input: Value) => Value["shape"], rule: RewriteRule): Graph {
  const g = createBuilder(graph.name);
  const values = new Map(graph.inputs.map((input) => [input, g.input(input.name, input.dtype, shapeOf(input))]));
  copyNodes(g, graph, values, rule);
  return g.finish(Object.fromEntries(graph.outputs.map((v) => [v.name, values.get(v)!])), graph.metadata);
}

/**
 * Build the parameters, constants and nodes of a graph once more.
 * @param values what stands for the inputs of the graph; what stands for all its other values is added
 */
export function copyNodes(g: GraphBuilder, graph: Graph, values: Map<Value, Value>, rule?: RewriteRule): void {
  for (const [value, tensor] of graph.initializers) values.set(value, g.parameter(value.name, tensor));
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((v) => (v === undefined ? undefined : values.get(v)));
    const own = rule && g.scope(node.name, () => rule(g, node, inputs));
    const outputs = own ?? g.apply(node.op, inputs, node.attrs, node.name);
    node.outputs.forEach((v, i) => void values.set(v, outputs[i]));
  }
  for (const { kind, inputs, output, attrs } of graph.regions) {
    g.region(
      kind,
      inputs.map((v) => values.get(v)!),
      values.get(output)!,
      attrs,
    );
  }
}
