import { operandsOf } from "../graph/graph.ts";
import { type Graph, type GraphNode, prune, type Value } from "../graph/index.ts";

/** A graph in two: `exact` must run on a CPU; its outputs are inputs of `rest`. */
export interface SplitGraph {
  readonly exact: Graph;
  readonly rest: Graph;
}

/**
 * Cut off what a GPU must not compute: every node of float64 and all that it depends on. In PanLUNA these are the scaled locations
 * with their sines (GPUs neither divide nor reduce angles exactly, and one ulp is too much there, SPEC.md §10) and the rotary tables.
 * WebGPU has no float64 at all.
 * @returns undefined where the graph has no such node
 */
export function splitExact(graph: Graph): SplitGraph | undefined {
  const exact = exactNodes(graph);
  if (exact.size === 0) return undefined;
  const made = new Set<Value>([...exact].flatMap(({ outputs }) => outputs));
  const rest = prune({
    ...graph,
    nodes: graph.nodes.filter((node) => !exact.has(node) || MOVES.has(node.op.type)),
    outputs: graph.outputs.filter((value) => !made.has(value)),
  });
  const own = new Set(rest.nodes.flatMap(({ outputs }) => outputs));
  const crossing = [...new Set(rest.nodes.flatMap(operandsOf))].filter((value) => made.has(value) && !own.has(value));
  const results = graph.outputs.filter((value) => made.has(value));
  const outputs = [...new Set([...crossing, ...results])];
  return {
    exact: prune({ ...graph, name: `${graph.name}, exact part`, nodes: [...exact], outputs }),
    rest: { ...rest, inputs: [...rest.inputs, ...crossing] },
  };
}

/** Operators that compute nothing: done on both sides rather than sent across. */
const MOVES = new Set(["Reshape", "Transpose", "Unsqueeze", "Slice", "Shape", "Identity"]);

/** In the order of the graph. */
function exactNodes({ nodes }: Graph): Set<GraphNode> {
  const needed = new Set<Value | undefined>();
  const exact = nodes.toReversed().filter(({ inputs, outputs }) => {
    const found = [...inputs, ...outputs].some((v) => v?.dtype === "float64") || outputs.some((v) => needed.has(v));
    if (found) for (const value of inputs) needed.add(value);
    return found;
  });
  return new Set(exact.reverse());
}
