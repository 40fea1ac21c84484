import type { Graph, Value } from "../../graph/index.ts";
import { montageGraph, type PanlunaModel } from "../../model/index.ts";
import {
  Calibration,
  ChannelStatistics,
  channelEdges,
  equalizeChannels,
  type Layer,
  type LayeredNetwork,
  layeredNetwork,
  type QuantizationScheme,
  quantizeWeights,
  type RangeRule,
  type WeightBits,
} from "../../quant/index.ts";
import { logitsNetwork } from "../../runtime/logitsNetwork.ts";
import type { Engine, Feeds, FeedTensor } from "../../runtime/session.ts";
import { type Forward, type ForwardOptions, forwardWindows, type ShownStore } from "../predict/index.ts";

/** How a network is made ready for integers. */
export interface QuantizeOptions extends Pick<ForwardOptions, "sensors" | "signal" | "onProgress"> {
  /** Of each layer's weights; 8 if not given. */
  readonly bitsOf?: (layer: Layer) => WeightBits | "float";
  /** How ranges of int8 tensors are chosen; `mse` if not given. */
  readonly range?: RangeRule;
  /** Share the spread of channels with the weights that read them; yes if not given. */
  readonly equalize?: boolean;
}

/** A network, the integers that it is rounded to, and nothing else that would be needed to compute with them. */
export interface QuantizedNetwork extends LayeredNetwork {
  readonly scheme: QuantizationScheme;
}

/** Windows that a network is watched on. */
export interface WatchedWindows {
  readonly stores: readonly ShownStore[];
  readonly nTimes: number;
}

/**
 * Quantise a network after training: watch its tensors on real windows, choose scales, round its weights.
 * @param model with a classification head
 * @param windows some dozens, of people that the network was trained on
 * @throws GraphError for a network that integers cannot compute; the errors of `forwardWindows`
 */
export async function quantizeModel(
  model: PanlunaModel,
  windows: WatchedWindows,
  engine: Engine,
  { bitsOf = () => 8, range = "mse", equalize = true, ...options }: QuantizeOptions = {},
): Promise<QuantizedNetwork> {
  const watch = (graph: Graph, values: readonly Value[], see: (outputs: Feeds) => void) =>
    watchValues(model, graph, values, windows, engine, options, see);
  const trained = await logitsNetwork(model, engine);
  const network = layeredNetwork(equalize ? await equalized(trained, watch) : trained);
  const calibration = new Calibration(network.tensors.tensors);
  const sources = network.tensors.tensors.map(({ source }) => source);
  await watch(network.graph, sources, (outputs) => calibration.observe(outputs));
  const scales = calibration.scales(range);
  return { ...network, scheme: { ...scales, weights: quantizeWeights(network, scales.features, bitsOf) } };
}

type Watch = (graph: Graph, values: readonly Value[], see: (outputs: Feeds) => void) => Promise<void>;

async function equalized(graph: Graph, watch: Watch): Promise<Graph> {
  const edges = channelEdges(graph, layeredNetwork(graph).layers);
  const seen = new Map(edges.map(({ value, channels }) => [value, new ChannelStatistics(channels)]));
  await watch(graph, [...seen.keys()], (outputs) => {
    for (const [{ name }, statistics] of seen) statistics.add(outputs[name].data as Float32Array);
  });
  return equalizeChannels(graph, edges, (value) => seen.get(value)!);
}

/** Windows at a time: all tensors of a window are many times the window. */
const MICRO = 4;

async function watchValues(
  model: PanlunaModel,
  graph: Graph,
  values: readonly Value[],
  { stores, nTimes }: WatchedWindows,
  engine: Engine,
  options: Pick<ForwardOptions, "sensors" | "signal" | "onProgress">,
  see: (outputs: Feeds) => void,
): Promise<void> {
  const inner = values.filter((value) => !graph.inputs.includes(value));
  const outputs = [...new Set([...graph.outputs, ...inner])];
  await withForward(model, { ...graph, outputs }, engine, async (run) => {
    const forward: Forward = async (feeds) => {
      const given = await run(feeds);
      see(given);
      return given["logits"];
    };
    const width = Number(graph.outputs[0].shape[1]);
    await forwardWindows(stores, nTimes, forward, { name: "logits", width }, { ...options, micro: MICRO });
  });
}

/** What a graph whose montage is embedded gives for windows with raw locations, its inputs among it. */
export async function withForward<T>(
  model: PanlunaModel,
  graph: Graph,
  engine: Engine,
  use: (run: (feeds: Feeds) => Promise<Record<string, FeedTensor>>) => Promise<T>,
): Promise<T> {
  const montages = await engine.createSession(montageGraph(model));
  try {
    const session = await engine.createSession(graph);
    try {
      return await use(async ({ x, channel_locations, sensor_type }) => {
        const { montage } = await montages.run({ channel_locations, sensor_type });
        return { ...(await session.run({ x, montage })), x, montage };
      });
    } finally {
      await session.close();
    }
  } finally {
    await montages.close();
  }
}
