import { type Graph, operandsOf } from "../graph.ts";
import type { Value } from "../op.ts";

/** Leave out the nodes, initializers and inputs that no output needs. */
export function prune(graph: Graph): Graph {
  const needed = new Set<Value>(graph.outputs);
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((v) => needed.has(v))) return false;
    for (const value of operandsOf(node)) needed.add(value);
    return true;
  });
  return {
    ...graph,
    nodes: nodes.toReversed(),
    inputs: graph.inputs.filter((v) => needed.has(v)),
    regions: graph.regions.filter(({ output }) => needed.has(output)),
    initializers: new Map([...graph.initializers].filter(([value]) => needed.has(value))),
  };
}
