import type { Graph } from "../graph/index.ts";
import { splitExact } from "./exactPart.ts";
import { plainAttention } from "./plainAttention.ts";
import { plainProducts } from "./plainProducts.ts";
import type { Feeds, FeedTensor, Session } from "./session.ts";

export type OpenSession = (graph: Graph) => Promise<Session>;

/** A session on a GPU: what must be exact runs on the CPU first, the rest in a form that is right on every adapter. */
export async function gpuSession(graph: Graph, openGpu: OpenSession, openCpu: OpenSession): Promise<Session> {
  const plain = gpuForm(graph);
  const parts = splitExact(plain);
  if (parts === undefined) return openGpu(plain);
  if (parts.rest.outputs.length === 0) return openCpu(graph);
  const rest = await openGpu(parts.rest);
  try {
    return joinSessions(await openCpu(parts.exact), rest, graph);
  } catch (error) {
    await rest.close();
    throw error;
  }
}

/** The graph in operators that the WebGPU provider has and computes rightly. */
export const gpuForm = (graph: Graph): Graph => plainProducts(plainAttention(graph));

/** Two sessions as one: the results of `exact` feed `rest`. */
function joinSessions(exact: Session, rest: Session, graph: Graph): Session {
  const outputNames = graph.outputs.map(({ name }) => name);
  return {
    ...rest,
    inputNames: graph.inputs.map(({ name }) => name),
    outputNames,
    async run(feeds: Feeds) {
      const first = await exact.run(feeds);
      const all: Record<string, FeedTensor> = { ...first, ...(await rest.run({ ...feeds, ...first })) };
      return Object.fromEntries(outputNames.map((name) => [name, all[name]]));
    },
    seconds: () => exact.seconds() + rest.seconds(),
    async close() {
      await Promise.all([exact.close(), rest.close()]);
    },
  };
}
