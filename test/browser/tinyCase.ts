import { float32, type Tensor } from "../../src/graph/index.ts";
import { type Head, initializeWeights, montageGraph, panlunaGraph, randomStream } from "../../src/model/index.ts";
import type { Engine, FeedTensor, Provider } from "../../src/runtime/session.ts";

/** A network small enough to be made anew on both sides; no file is needed. */
const SIZES = { patchSize: 32, embedDim: 32, numHeads: 2, depth: 2, numQueries: 2, mlpRatio: 4 };
const HEADS: readonly Head[] = [
  { kind: "classify", numClasses: 3 },
  { kind: "reconstruct", numChannelNames: 5 },
];

/** Samples, channels, patches: more patches than the 32 from which WebGPU attention takes another kernel. */
const [B, C, S] = [2, 3, 40];

/** What both heads make of the same random windows: `montage`, `latent`, `logits`, `reconstruction`. */
export async function runTinyCase(engine: Engine, provider: Provider): Promise<Record<string, number[]>> {
  const results: Record<string, number[]> = {};
  for (const head of HEADS) {
    const model = { sizes: SIZES, head, weights: initializeWeights(SIZES, head, 11) };
    const { montage } = await run(engine, montageGraph(model), undefined, inputs());
    const graph = panlunaGraph(model, { montage: "embedded" });
    const outputs = await run(engine, graph, provider, { ...inputs(), montage });
    for (const [name, { data }] of Object.entries({ montage, ...outputs })) results[name] = Array.from(data, Number);
  }
  return results;
}

async function run(
  engine: Engine,
  graph: ReturnType<typeof montageGraph>,
  provider: Provider | undefined,
  given: Record<string, FeedTensor>,
) {
  const session = await engine.createSession(graph, { provider, threads: 2 });
  try {
    return await session.run(Object.fromEntries(graph.inputs.map(({ name }) => [name, given[name]])));
  } finally {
    await session.close();
  }
}

function inputs(): Record<string, Tensor> {
  const random = (name: string, count: number) => randomStream(5, name).normal(0, count);
  const integers = (values: number[]): Tensor => ({ dtype: "int32", shape: [B, C], data: Int32Array.from(values) });
  return {
    x: float32(random("x", B * C * S * SIZES.patchSize), [B, C, S * SIZES.patchSize]),
    channel_locations: float32(random("locations", B * C * 3), [B, C, 3]),
    sensor_type: integers([1, 0, 2, 2, 1, 0]),
    channel_names: integers([4, 0, 1, 3, 2, 1]),
  };
}
