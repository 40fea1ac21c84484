import type { Graph, Tensor } from "../src/graph/index.ts";
import type { PanlunaModel } from "../src/model/index.ts";
import { type LayeredNetwork, layeredNetwork } from "../src/quant/index.ts";
import { logitsNetwork } from "../src/runtime/logitsNetwork.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import type { Engine, FeedTensor } from "../src/runtime/session.ts";
import { randomFeeds, smallModel } from "./smallModel.ts";

/** A network with random weights as layers; the montage is an input. */
export async function smallNetwork(
  model: PanlunaModel = smallModel({ kind: "classify", numClasses: 3 }),
): Promise<LayeredNetwork> {
  return layeredNetwork(await logitsNetwork(model, nodeEngine));
}

/** Four windows of three channels and eight patches. */
export const windowsFor = (graph: Graph): Record<string, Tensor> => randomFeeds(graph, { B: 4, C: 3, S: 8, dim: 3 });

export async function runGraph(graph: Graph, feeds = windowsFor(graph)): Promise<Record<string, FeedTensor>> {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  try {
    return await session.run(feeds);
  } finally {
    await session.close();
  }
}

/** The engine of Node on one thread: threads that wait for each other slow small networks down. */
export const oneThread: Engine = {
  ...nodeEngine,
  createSession: (graph, options) => nodeEngine.createSession(graph, { threads: 1, ...options }),
};
