import { describe, expect, it } from "vitest";
import { runGraph, smallNetwork, windowsFor } from "../../test/smallNetwork.ts";
import { Calibration } from "./calibration.ts";
import { insertRounding, QDQ } from "./insertRounding.ts";
import { quantizeWeights } from "./quantizeWeights.ts";
import { ownNames, roundEachAlone, roundOneLayer } from "./roundLayers.ts";
import type { QuantizationScheme } from "./scheme.ts";

const network = await smallNetwork();
const { graph, tensors } = network;
const layers = network.layers.filter(({ kind }) => kind !== "move");
const inner = tensors.tensors.flatMap(({ source }) => (graph.inputs.includes(source) ? [] : [source]));
const calibration = new Calibration(tensors.tensors);
const seen = await runGraph({ ...graph, outputs: [...graph.outputs, ...inner] });
calibration.observe({ ...seen, ...windowsFor(graph) });
const scales = calibration.scales("max");
const scheme: QuantizationScheme = { ...scales, weights: quantizeWeights(network, scales.features, () => 4) };
const farthest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (v, i) => Math.abs(v - b[i])));
const dataOf = async (own: typeof graph) => {
  const results = await runGraph(own);
  return (name: string) => results[name].data as Float32Array;
};

/** Weights and operands of one layer alone, which nothing else reads in integers. */
const ofLayer = (name: string): QuantizationScheme => ({
  activations: new Map(),
  features: scheme.features,
  weights: new Map([...scheme.weights].filter(([layer]) => layer === name)),
});

describe("roundOneLayer", () => {
  it.each(["blocks.1.mlp.fc1", "freq_embed.frequency_to_embed.fc1", "FusedMatMul.1"])(
    "rounds the weights of %s as the whole network has them",
    async (name) => {
      const layer = layers.find((each) => each.name === name)!;
      const alone = await dataOf(roundOneLayer(network, ofLayer(name), QDQ, layer));
      const expected = await dataOf(insertRounding(network, ofLayer(name), QDQ));
      expect(farthest(alone("logits"), expected("logits"))).toBeLessThan(1e-5);
      expect(farthest(alone("logits"), seen["logits"].data as Float32Array)).toBeGreaterThan(1e-3);
    },
  );

  it("leaves other readers of the same values alone", async () => {
    const layer = layers.find(({ kind }) => kind === "layerNorm")!; // reads the sum of the tokens as int16
    const own = roundOneLayer(network, scheme, QDQ, layer);
    expect(own.nodes.filter(({ op }) => op.type === "QuantizeLinear")).toHaveLength(1);
  });
});

describe("roundEachAlone", () => {
  it("keeps the network, and gives beside it what each layer makes of what it reads", async () => {
    const results = await dataOf(roundEachAlone(network, scheme, QDQ, layers));
    expect(farthest(results("logits"), seen["logits"].data as Float32Array)).toBeLessThan(1e-6);
    for (const layer of layers) {
      const { exact, rounded } = ownNames(layer);
      const error = farthest(results(exact), results(rounded));
      expect(error, layer.name).toBeGreaterThan(0);
      expect(error, layer.name).toBeLessThan(farthest(results(exact), new Float32Array(results(exact).length)));
    }
  });

  it("gives for the first layer what the network in integers gives: what it reads is exact in both", async () => {
    const [first] = layers;
    const shown = new Map([["first", first.outputs[0]]]);
    const { activations, ...rest } = scheme;
    const input = new Map([...activations].filter(([name]) => name === "x"));
    const all = await dataOf(insertRounding(network, { ...rest, activations: input }, QDQ, shown));
    const alone = await dataOf(roundEachAlone(network, scheme, QDQ, layers));
    expect(all("first")).toEqual(alone(ownNames(first).rounded));
  });
});
