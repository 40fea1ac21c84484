import { describe, expect, it } from "vitest";
import { smallModel } from "../../test/smallModel.ts";
import { runGraph, smallNetwork, windowsFor } from "../../test/smallNetwork.ts";
import { type Graph, rewrite, type Tensor } from "../graph/index.ts";
import { type PanlunaModel, randomStream } from "../model/index.ts";
import { Calibration } from "./calibration.ts";
import { type ChannelEdge, channelEdges } from "./channelEdges.ts";
import { ChannelStatistics } from "./channelStatistics.ts";
import { equalizeChannels } from "./equalizeChannels.ts";
import { insertRounding, QDQ } from "./insertRounding.ts";
import { type LayeredNetwork, layeredNetwork } from "./network.ts";
import { quantizeWeights } from "./quantizeWeights.ts";

/** Norms whose channels differ in scale and offset by factors of 100. */
function unevenModel(): PanlunaModel {
  const model = smallModel({ kind: "classify", numClasses: 3 });
  const weights = [...model.weights].map(([name, tensor]): [string, Tensor] => {
    if (!/(^norm|norm[12]?)\.(weight|bias)$/.test(name)) return [name, tensor];
    const spread = randomStream(9, name).uniform(0, tensor.data.length);
    const data = Float32Array.from(spread, (u, i) => Number(tensor.data[i]) * 100 ** (u - 0.5));
    return [name, { ...tensor, data }];
  });
  return { ...model, weights: new Map(weights) };
}

/** What the values of a graph are on some windows. */
async function valuesOf(graph: Graph, values: ChannelEdge["value"][]) {
  const inner = values.filter((value) => !graph.inputs.includes(value));
  const feeds = windowsFor(graph);
  return { ...(await runGraph({ ...graph, outputs: [...graph.outputs, ...inner] }, feeds)), ...feeds };
}

async function equalized({ graph, layers }: LayeredNetwork): Promise<LayeredNetwork> {
  const edges = channelEdges(graph, layers);
  const seen = await valuesOf(
    graph,
    edges.map(({ value }) => value),
  );
  return layeredNetwork(
    equalizeChannels(graph, edges, ({ name }) => {
      const { data, shape } = seen[name];
      const statistics = new ChannelStatistics(shape.at(-1)!);
      statistics.add(data as Float32Array);
      return statistics;
    }),
  );
}

const logitsOf = async (graph: Graph): Promise<Float32Array> => (await runGraph(graph))["logits"].data as Float32Array;

/** Logits where the tensors that can be shifted and scaled are int8, and so are the matrices that read them. */
async function roundedLogits(network: LayeredNetwork): Promise<Float32Array> {
  const { graph, layers, tensors } = network;
  const edges = channelEdges(graph, layers);
  const shared = tensors.tensors.filter(({ source }) =>
    edges.some(({ value }) => tensors.of(value)?.source === source),
  );
  const calibration = new Calibration(shared);
  calibration.observe(
    await valuesOf(
      graph,
      shared.map(({ source }) => source),
    ),
  );
  const readers = new Set(edges.flatMap(({ consumers }) => consumers.map(({ layer }) => layer)));
  const { activations } = calibration.scales("max");
  const features = new Float32Array(18).fill(1);
  const weights = quantizeWeights(network, features, (layer) => (readers.has(layer) ? 8 : "float"));
  return logitsOf(insertRounding(network, { activations, features, weights }, QDQ));
}

const rms = (a: Float32Array, b: Float32Array): number =>
  Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0) / a.length);

const before = await smallNetwork(unevenModel());
const after = await equalized(before);

describe("channelEdges", () => {
  it("finds every norm and value that products alone read", () => {
    const found = channelEdges(before.graph, before.layers);
    const producers = found.map(({ producer }) => producer.layer);
    const norms = before.layers.filter(
      ({ kind, constants }) => kind === "layerNorm" && constants["bias"] !== undefined,
    );
    expect(new Set(producers.filter(({ kind }) => kind === "layerNorm"))).toEqual(new Set(norms));
    const values = found.filter(({ producer }) => producer.layer.name.endsWith("in_proj"));
    expect(values.map(({ producer, channels }) => [producer.offset, channels])).toEqual([
      [32, 16],
      [32, 16],
      [32, 16],
    ]);
    const queries = found.filter(({ lookups }) => lookups.length > 0);
    expect(queries.map(({ consumers, channels }) => [consumers[0].repeats, channels])).toEqual([[2, 32]]); // one head each
  });

  it("leaves out what anything else reads: what is summed, goes through a table or is an output", () => {
    const values = new Set(channelEdges(before.graph, before.layers).map(({ value }) => value));
    for (const { kind, inputs } of before.layers) {
      if (kind === "add" || kind === "gelu" || kind === "rotary")
        for (const value of inputs) expect(values.has(value)).toBe(false);
    }
    const [edge] = channelEdges(before.graph, before.layers);
    const shown = { ...before.graph, outputs: [...before.graph.outputs, edge.value] };
    expect(channelEdges(shown, before.layers).map(({ value }) => value)).not.toContain(edge.value);
  });
});

describe("equalizeChannels", () => {
  it("leaves the outputs as they were, to 1e-5 of their size", async () => {
    const [a, b] = [await logitsOf(before.graph), await logitsOf(after.graph)];
    const size = Math.max(...a.map(Math.abs));
    expect(Math.max(...a.map((v, i) => Math.abs(v - b[i])))).toBeLessThan(1e-5 * size);
  });

  it("adds biases to products without one, and changes no original", async () => {
    const added = after.layers.filter(({ biases }, i) => biases.length > before.layers[i].biases.length);
    expect(added.map(({ name }) => name)).toEqual(["blocks.0.attn.v", "blocks.1.attn.v"]); // the values of blocks
    const untouched = rewrite((await smallNetwork(unevenModel())).graph, () => undefined);
    expect(await logitsOf(before.graph)).toEqual(await logitsOf(untouched));
  });

  it("brings the channels of a tensor to reaches whose ratio is that of the weights, and their means to 0", async () => {
    const edges = channelEdges(after.graph, after.layers);
    const seen = await valuesOf(
      after.graph,
      edges.map(({ value }) => value),
    );
    for (const { value, channels, producer } of edges) {
      const statistics = new ChannelStatistics(channels);
      statistics.add(seen[value.name].data as Float32Array);
      const { centre, reach } = statistics;
      centre.forEach((mean, c) => {
        expect(Math.abs(mean) / reach[c], `${producer.layer.name} ${c}`).toBeLessThan(1e-3);
      });
    }
  });

  it("makes the error of int8 less than a fifth of what it was", async () => {
    const exact = await logitsOf(before.graph);
    const [plain, shared] = [rms(exact, await roundedLogits(before)), rms(exact, await roundedLogits(after))];
    expect(shared).toBeLessThan(plain / 5);
  });
});
