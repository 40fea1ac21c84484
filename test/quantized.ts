import { bindShapes, type Graph } from "../src/graph/index.ts";
import { type PanlunaModel, panlunaGraph, randomStream } from "../src/model/index.ts";
import {
  Calibration,
  type LayeredNetwork,
  layeredNetwork,
  type QuantizationScheme,
  quantizeWeights,
  type WeightBits,
} from "../src/quant/index.ts";
import { type IntegerNetwork, quantizeSignal } from "../src/quant/integerNetwork/index.ts";
import { foldConstants } from "../src/runtime/foldConstants.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import type { Feeds, FeedTensor } from "../src/runtime/session.ts";

/** A network for windows of one shape, watched on windows of noise. */
export interface QuantizedExample extends LayeredNetwork {
  readonly scheme: QuantizationScheme;
  /** The windows that it was watched on. */
  readonly windows: readonly Feeds[];
}

/** Channels and patches of a window. */
export interface WindowShape {
  readonly channels: number;
  readonly patches: number;
}

/** Quantise a network for windows of one shape. */
export async function quantizedExample(
  model: PanlunaModel,
  shape: WindowShape,
  bits: WeightBits = 8,
): Promise<QuantizedExample> {
  const graph = panlunaGraph(model, { montage: "embedded", outputs: ["logits"] });
  const bound = bindShapes(graph, { B: 1, C: shape.channels, S: shape.patches });
  const network = layeredNetwork(await foldConstants(bound, nodeEngine));
  const windows = Array.from({ length: 8 }, (_, i) => windowOf(model, shape, i));
  const calibration = new Calibration(network.tensors.tensors);
  const sources = network.tensors.tensors.map(({ source }) => source);
  for (const feeds of windows) calibration.observe({ ...feeds, ...(await valuesOf(network.graph, sources, feeds)) });
  const scales = calibration.scales("mse");
  return { ...network, windows, scheme: { ...scales, weights: quantizeWeights(network, scales.features, () => bits) } };
}

/** Noise, smooth from sample to sample, and a montage of noise. */
export function windowOf({ sizes }: PanlunaModel, { channels, patches }: WindowShape, i: number): Feeds {
  const times = patches * sizes.patchSize;
  const noise = randomStream(i, "test/window").normal(0, channels * times + 1);
  const x = Float32Array.from({ length: channels * times }, (_, t) => (noise[t] + noise[t + 1]) / Math.SQRT2);
  const montage = randomStream(i, "test/montage").normal(0, channels * sizes.embedDim);
  return {
    x: { dtype: "float32", shape: [1, channels, times], data: x },
    montage: { dtype: "float32", shape: [1, channels, sizes.embedDim], data: montage },
  };
}

/** Run a graph once for the values named, inputs among them. */
export async function valuesOf(
  graph: Graph,
  values: readonly Graph["outputs"][number][],
  feeds: Feeds,
): Promise<Record<string, FeedTensor>> {
  const outputs = values.filter((value) => !graph.inputs.includes(value));
  const session = await nodeEngine.createSession({ ...graph, regions: [], outputs }, { threads: 1 });
  try {
    return { ...feeds, ...(await session.run(feeds)) };
  } finally {
    await session.close();
  }
}

/** A window in the integers of a network. */
export function integerInputs({ tensors, ...network }: IntegerNetwork, feeds: Feeds) {
  const signal = (name: "x" | "montage") =>
    quantizeSignal(feeds[name].data as Float32Array, tensors[network[name]].scale);
  return { x: signal("x"), montage: signal("montage") };
}
