import type { Graph } from "../../graph/index.ts";
import type { PanlunaModel } from "../../model/index.ts";
import {
  insertRounding,
  type Layer,
  type LayerKind,
  NoiseMeter,
  ownNames,
  QDQ,
  roundEachAlone,
  roundOneLayer,
  type WeightBits,
} from "../../quant/index.ts";
import type { Engine, Feeds } from "../../runtime/session.ts";
import { type Forward, type ForwardOptions, forwardWindows } from "../predict/index.ts";
import { type QuantizedNetwork, type WatchedWindows, withForward } from "./quantizeModel.ts";

/** What the rounding of a layer, of what it reads and of its weights, costs; dB. */
export interface LayerNoise {
  readonly name: string;
  readonly kind: LayerKind;
  /** Of its weights, where it has some. */
  readonly bits?: WeightBits;
  /** Of its own output on exact operands. */
  readonly alone: number;
  /** Of its own output where all layers are rounded. */
  readonly together: number;
  /** Of the logits where it alone is rounded. */
  readonly logits?: number;
}

export interface NetworkNoise {
  readonly layers: readonly LayerNoise[];
  /** Of the logits where all layers are rounded, dB. */
  readonly logits: number;
}

export interface NoiseOptions extends Pick<ForwardOptions, "sensors" | "signal" | "onProgress"> {
  /** Round each layer alone and see what it does to the logits, too: the network runs once for each. */
  readonly effects?: boolean;
}

/** Windows at a time: all tensors of a window are many times the window. */
const MICRO = 4;

/**
 * Signal-to-quantisation-noise ratios of every layer that computes, and of the logits, against the float network on the same windows.
 * @throws the errors of `forwardWindows`
 */
export async function measureNoise(
  model: PanlunaModel,
  network: QuantizedNetwork,
  windows: WatchedWindows,
  engine: Engine,
  { effects = false, ...options }: NoiseOptions = {},
): Promise<NetworkNoise> {
  const layers = network.layers.filter(({ kind }) => kind !== "move");
  const noise = await outputNoise(model, network, layers, windows, engine, options);
  const exact = effects ? await logitsOf(model, network.graph, windows, engine, options) : undefined;
  const found: LayerNoise[] = [];
  for (const [i, layer] of layers.entries()) {
    const bits = network.scheme.weights.get(layer.name)?.bits;
    const one = { name: layer.name, kind: layer.kind, ...(bits && { bits }) };
    const rounded = exact && roundOneLayer(network, network.scheme, QDQ, layer);
    const logits = rounded && noiseOf(exact, await logitsOf(model, rounded, windows, engine, options));
    const { alone, together } = noise.layers[i];
    found.push({ ...one, alone: alone.decibels, together: together.decibels, ...(logits !== undefined && { logits }) });
  }
  return { layers: found, logits: noise.logits.decibels };
}

/** What a graph says of windows, (N, K). */
export function logitsOf(
  model: PanlunaModel,
  graph: Graph,
  windows: WatchedWindows,
  engine: Engine,
  options: Pick<ForwardOptions, "sensors" | "signal">,
): Promise<Float32Array> {
  const { sensors, signal } = options;
  return withForward(model, graph, engine, (run) =>
    onWindows(windows, graph, async (feeds) => (await run(feeds))["logits"], { sensors, signal }),
  );
}

export function noiseOf(exact: Float32Array, rounded: Float32Array): number {
  const meter = new NoiseMeter();
  meter.add(exact, rounded);
  return meter.decibels;
}

async function onWindows(
  { stores, nTimes }: WatchedWindows,
  graph: Graph,
  forward: Forward,
  options: ForwardOptions,
): Promise<Float32Array> {
  const width = Number(graph.outputs[0].shape[1]);
  const { values } = await forwardWindows(
    stores,
    nTimes,
    forward,
    { name: "logits", width },
    { ...options, micro: MICRO },
  );
  return values;
}

interface Meters {
  readonly alone: NoiseMeter;
  readonly together: NoiseMeter;
}

/** Run the network beside its copy in integers, and see how far each output of a layer is off. */
async function outputNoise(
  model: PanlunaModel,
  network: QuantizedNetwork,
  layers: readonly Layer[],
  windows: WatchedWindows,
  engine: Engine,
  options: ForwardOptions,
): Promise<{ readonly layers: readonly Meters[]; readonly logits: NoiseMeter }> {
  const { scheme } = network;
  const each = roundEachAlone(network, scheme, QDQ, layers);
  const all = insertRounding(network, scheme, QDQ, new Map(layers.map((l) => [`${l.name}/all`, l.outputs[0]])));
  const meters = layers.map((): Meters => ({ alone: new NoiseMeter(), together: new NoiseMeter() }));
  const logits = new NoiseMeter();
  const see = (exact: Feeds, rounded: Feeds) => {
    layers.forEach((layer, i) => {
      const names = ownNames(layer);
      const own = numbersOf(exact[names.exact]);
      const together = numbersOf(rounded[`${layer.name}/all`]);
      meters[i].alone.add(own, numbersOf(exact[names.rounded]));
      const { features } = scheme; // stand in their own steps
      const back = (v: number, k: number) => v * features[k % features.length];
      meters[i].together.add(own, layer.kind === "features" ? together.map(back) : together);
    });
    logits.add(numbersOf(exact["logits"]), numbersOf(rounded["logits"]));
  };
  await withForward(model, each, engine, (runEach) =>
    withForward(model, all, engine, (runAll) => {
      const forward: Forward = async (feeds) => {
        const exact = await runEach(feeds);
        see(exact, await runAll(feeds));
        return exact["logits"];
      };
      return onWindows(windows, network.graph, forward, options);
    }),
  );
  return { layers: meters, logits };
}

const numbersOf = ({ data }: Feeds[string]): Float32Array => data as Float32Array;
