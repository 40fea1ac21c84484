import { float32, type Graph, type GraphNode, rewrite } from "../graph/index.ts";

/** The graph with a bias added to the result of some products; the bias of the node `n` is called `n/bias`. */
export function addBiases(graph: Graph, added: ReadonlyMap<GraphNode, ArrayLike<number>>): Graph {
  if (added.size === 0) return graph;
  return rewrite(graph, (g, node, inputs) => {
    const bias = added.get(node);
    if (bias === undefined) return undefined;
    const [product] = g.apply(node.op, inputs, node.attrs, node.name);
    return [g.add(product, g.parameter(`${node.name}/bias`, float32(Float32Array.from(bias))))];
  });
}
