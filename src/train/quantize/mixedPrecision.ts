import type { PanlunaModel } from "../../model/index.ts";
import {
  bitsAfter,
  hasWeights,
  insertRounding,
  type LayerCost,
  type LayeredNetwork,
  levelsOf,
  orderSteps,
  QDQ,
  type QuantizationScheme,
  quantizeWeights,
  type WeightBits,
} from "../../quant/index.ts";
import type { Engine } from "../../runtime/session.ts";
import type { ForwardOptions } from "../predict/index.ts";
import { logitsOf, noiseOf } from "./layerNoise.ts";
import type { QuantizedNetwork, WatchedWindows } from "./quantizeModel.ts";

export interface MixedOptions extends Pick<ForwardOptions, "sensors" | "signal" | "onProgress"> {
  /** Of the logits, dB: no less is to be left; 3 dB less than with 8 bits if not given, as much noise again from narrower weights. */
  readonly target?: number;
}

/** What the target is below 8 bits, where none is given: twice the noise. */
const LOSS = 10 * Math.log10(2);

/**
 * Give each layer 8, 4 or 2 bits, so that the logits' signal-to-quantisation-noise ratio stays at a target with few bytes of weights. The noise that the weights
 * of each layer alone put on the logits is measured, `orderSteps` gives the order in which layers lose bits, and of that order
 * the longest beginning is taken (by halving: noise grows from step to step) with which the whole network in integers, measured, is above the target.
 * @param network with weights of 8 bits
 * @returns the network as it was where 8 bits alone are below the target
 */
export async function mixPrecision(
  model: PanlunaModel,
  network: QuantizedNetwork,
  windows: WatchedWindows,
  engine: Engine,
  { target, onProgress, ...options }: MixedOptions = {},
): Promise<QuantizedNetwork> {
  const say = (own: LayeredNetwork, scheme: QuantizationScheme) =>
    logitsOf(model, insertRounding(own, scheme, QDQ), windows, engine, options);
  const exact = await logitsOf(model, network.graph, windows, engine, options);
  const costs = await measureCosts(network, exact, (scheme) => say(network, scheme), onProgress);
  const steps = orderSteps(costs);
  const after = (count: number): QuantizedNetwork => withBits(network, bitsAfter(steps, count));
  const ratioAfter = async (count: number) => noiseOf(exact, await say(network, after(count).scheme));
  const least = target ?? (await ratioAfter(0)) - LOSS;
  let [good, bad] = [0, steps.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if ((await ratioAfter(middle)) >= least) good = middle;
    else bad = middle;
  }
  return after(good);
}

function withBits(network: QuantizedNetwork, bits: ReadonlyMap<string, WeightBits>): QuantizedNetwork {
  const { scheme } = network;
  const weights = quantizeWeights(network, scheme.features, ({ name }) => bits.get(name) ?? 8);
  return { ...network, scheme: { ...scheme, weights } };
}

/** Of the power of the noise of 4 bits, what 8 bits have: that of the steps, squared. */
const EIGHT_TO_FOUR = (levelsOf(4) / levelsOf(8)) ** 2;

/** The noise of each matrix alone, measured at 4 and 2 bits; that of 8 bits is small beside them, and taken from 4. */
async function measureCosts(
  network: QuantizedNetwork,
  exact: Float32Array,
  say: (scheme: QuantizationScheme) => Promise<Float32Array>,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<LayerCost[]> {
  const { layers, scheme } = network;
  const matrices = layers.filter(hasWeights);
  const costs: LayerCost[] = [];
  for (const { name } of matrices) {
    const powerAt = async (bits: WeightBits): Promise<number> => {
      const weights = quantizeWeights(network, scheme.features, (layer) => (layer.name === name ? bits : "float"));
      const rounded = await say({ activations: new Map(), features: scheme.features, weights });
      return rounded.reduce((sum, v, i) => sum + (v - exact[i]) ** 2, 0);
    };
    const four = await powerAt(4);
    const noise = { 8: EIGHT_TO_FOUR * four, 4: four, 2: await powerAt(2) };
    costs.push({ name, weights: scheme.weights.get(name)!.values.length, noise });
    onProgress(costs.length, matrices.length);
  }
  return costs;
}
