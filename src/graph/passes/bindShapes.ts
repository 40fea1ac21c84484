import { lengthOf, parseDims } from "../dim.ts";
import type { Graph } from "../graph.ts";
import type { Attrs, GraphNode, Value } from "../op.ts";
import { int64 } from "../tensor.ts";
import { rewriteFrom } from "./rewrite.ts";

/**
 * The graph for inputs of one shape: every symbol becomes a length, and what asked for lengths at run time becomes a constant.
 * @param lengths of all symbols of the inputs, e.g. `{ B: 1, C: 12, S: 80 }`
 */
export function bindShapes(graph: Graph, lengths: Readonly<Record<string, number>>): Graph {
  const symbols = new Map(Object.entries(lengths));
  const bound = (dim: Value["shape"][number]) => lengthOf(dim, symbols);
  return rewriteFrom(
    graph,
    (input) => input.shape.map(bound),
    (g, node, inputs) => {
      if (node.op.type === "Shape") {
        const { start, end } = node.attrs as { start: number; end: number };
        return [g.constant(int64(inputs[0]!.shape.slice(start, end).map(Number)))];
      }
      const attrs = boundAttrs(node, (text) => parseDims(text).map(bound).join());
      return attrs === node.attrs ? undefined : g.apply(node.op, inputs, attrs, node.name);
    },
  );
}

/** Attributes that tell a shape to this graph alone, as `dims` of a Reshape does, hold symbols. */
function boundAttrs({ op, attrs }: GraphNode, bound: (dims: string) => string): Attrs {
  const own = op.localAttrs ?? [];
  if (own.length === 0) return attrs;
  return Object.fromEntries(
    Object.entries(attrs).map(([key, value]) => [
      key,
      own.includes(key) && typeof value === "string" ? bound(value) : value,
    ]),
  );
}
