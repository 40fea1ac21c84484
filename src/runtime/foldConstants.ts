import { operandsOf } from "../graph/graph.ts";
import { type Graph, prune, type Tensor, type Value } from "../graph/index.ts";
import type { Engine } from "./session.ts";

/**
 * Compute once what does not depend on the inputs: nodes whose operands are all initializers become initializers under the names of their results.
 * An engine does the same when it starts a session; this is for those who read the graph themselves. Computed by the engine, in its precision.
 * @throws SessionError as sessions do
 */
export async function foldConstants(graph: Graph, engine: Engine): Promise<Graph> {
  const known = new Set<Value | undefined>(graph.initializers.keys()).add(undefined);
  const made = new Set<Value>();
  const folded = graph.nodes.filter(({ inputs, outputs }) => {
    if (!inputs.every((v) => known.has(v))) return false;
    for (const v of outputs) {
      known.add(v);
      made.add(v);
    }
    return true;
  });
  if (folded.length === 0) return graph;
  const rest = graph.nodes.filter(({ outputs }) => !made.has(outputs[0]));
  const read = new Set([...rest.flatMap(operandsOf), ...graph.outputs]);
  const wanted = [...made].filter((v) => read.has(v));
  const tensors = await computed(
    { ...graph, name: `${graph.name}, constants`, nodes: folded, outputs: wanted },
    engine,
  );
  const initializers = new Map([...graph.initializers, ...tensors]);
  return prune({ ...graph, nodes: rest, initializers });
}

async function computed(graph: Graph, engine: Engine): Promise<Map<Value, Tensor>> {
  const session = await engine.createSession(prune({ ...graph, inputs: [] }), { threads: 1 });
  try {
    const results = await session.run({});
    return new Map(graph.outputs.map((value) => [value, results[value.name]]));
  } finally {
    await session.close();
  }
}
