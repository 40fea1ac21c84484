import { describe, expect, it } from "vitest";
import { SMALL, smallModel } from "../../test/smallModel.ts";
import { smallNetwork } from "../../test/smallNetwork.ts";
import { GraphError } from "../errors.ts";
import { createBuilder, float32, type GraphBuilder, type Value } from "../graph/index.ts";
import { PUBLISHED } from "../model/index.ts";
import type { LayerKind } from "./layer.ts";
import { readLayers } from "./readLayers.ts";

/** Layers without moves, as the paper has them (SPEC.md §3 to §6). */
const MLP: LayerKind[] = ["linear", "gelu", "linear"];
const NORMED_MLP: LayerKind[] = ["linear", "gelu", "layerNorm", "linear"];
const CONVOLUTION: LayerKind[] = ["linear", "groupNorm", "gelu"];
const QUERY_LAYER: LayerKind[] = ["layerNorm", "linear", "attention", "linear", "add", "layerNorm", ...MLP, "add"];
const BLOCK: LayerKind[] = [
  "layerNorm",
  ...(["linear", "rotary", "linear", "attention", "linear", "add"] as const), // queries and keys, values, output
  ...(["layerNorm", ...NORMED_MLP, "add"] as const),
];
const network = (depth: number): LayerKind[] => [
  ...[CONVOLUTION, CONVOLUTION, CONVOLUTION].flat(),
  ...(["features", ...MLP, "add", "add"] as const), // frequencies, montage
  ...(["layerNorm", "lookup", "linear", ...NORMED_MLP, "add"] as const),
  ...[QUERY_LAYER, QUERY_LAYER, QUERY_LAYER].flat(),
  ...Array.from({ length: depth }, () => BLOCK).flat(),
  ...(["layerNorm", "lookup", "linear", ...MLP] as const),
];

function graphOf(build: (g: GraphBuilder, x: Value) => Value) {
  const g = createBuilder("test");
  const x = g.input("x", "float32", ["B", 4]);
  return g.finish({ y: build(g, x) });
}
const matrix = (g: GraphBuilder, rows = 4) => g.constant(float32(new Float32Array(4 * rows).fill(2), [rows, 4]), "w");

describe("readLayers", () => {
  it.each([
    ["small", SMALL],
    ["published", PUBLISHED],
  ])("reads the %s network as the layers of the paper, in their order", async (_, sizes) => {
    const { layers, graph } = await smallNetwork(smallModel({ kind: "classify", numClasses: 5 }, sizes));
    expect(layers.filter(({ kind }) => kind !== "move").map(({ kind }) => kind)).toEqual(network(sizes.depth));
    expect(new Set(layers.map(({ name }) => name)).size).toBe(layers.length);
    const nodes = layers.flatMap((layer) => layer.nodes);
    expect(new Set(nodes).size).toBe(nodes.length);
    const known = new Set([...graph.inputs, ...layers.flatMap(({ outputs }) => outputs)]);
    for (const { inputs } of layers) for (const value of inputs) expect(known.has(value), value.name).toBe(true);
  });

  it("names products after their parameters, and keeps matrices, biases and tables", async () => {
    const { layers } = await smallNetwork();
    const byName = new Map(layers.map((layer) => [layer.name, layer]));
    for (const name of [
      "freq_embed.frequency_to_embed.fc1",
      "cross_attn.query_self_attn.layers.2.linear1",
      "blocks.1.mlp.fc2",
      "classifier.decoder_ffn.fc2",
    ]) {
      expect(byName.get(name), name).toMatchObject({ kind: "linear", biases: [{ name: `${name}.bias` }] });
    }
    const width = SMALL.numQueries * SMALL.embedDim;
    expect(byName.get("blocks.1.mlp.fc2")!.constants["weight"].shape).toEqual([SMALL.mlpRatio * width, width]);
    const lookups = layers.filter(({ kind }) => kind === "lookup");
    expect(lookups.map(({ constants }) => constants["weight"].shape)).toEqual([
      [SMALL.numQueries * SMALL.numHeads, SMALL.embedDim],
      [SMALL.numHeads, width],
    ]);
    for (const { kind, constants, attrs } of layers) {
      if (kind === "rotary") expect(Object.keys(constants)).toEqual(["cos", "sin"]);
      if (kind !== "groupNorm") continue;
      expect(Object.keys(constants)).toEqual(["bias", "scale", "shift"]);
      expect(attrs["groupOf"]).toHaveLength(SMALL.embedDim);
    }
  });

  it("takes all constants that are added to a product as its biases, unless others read it before", () => {
    const bias = (g: GraphBuilder, value: number) => g.constant(float32([value, 0, 0, 0]), "b");
    const one = readLayers(
      graphOf((g, x) => g.add(g.add(g.matMul(x, matrix(g)), bias(g, 1)), bias(g, 2))),
      ["x"],
    );
    expect(one.map(({ kind, biases, nodes }) => [kind, biases.length, nodes.length])).toEqual([["linear", 2, 3]]);
    const shared = graphOf((g, x) => {
      const product = g.matMul(x, matrix(g));
      return g.add(g.gelu(product), g.add(product, bias(g, 1)));
    });
    expect(() => readLayers(shared, ["x"])).toThrow(/^Add: is no part of a layer/);
  });

  it("reads learned queries only where softmax attends to what it gathers", () => {
    const lookup = (axis: number, alpha: number, other = false) =>
      graphOf((g, x) => {
        const tokens = g.unsqueeze(x, [0]);
        const scores = g.fusedMatMul(matrix(g, 2), tokens, { transB: true, alpha });
        return g.matMul(g.softmax(scores, axis), other ? g.gelu(tokens) : tokens);
      });
    expect(readLayers(lookup(-1, 1), ["x"]).map(({ kind }) => kind)).toEqual(["move", "lookup"]);
    for (const graph of [lookup(1, 1), lookup(-1, 0.5), lookup(-1, 1, true)]) {
      expect(() => readLayers(graph, ["x"])).toThrow(/^FusedMatMul: .* got FusedMatMul/);
    }
  });

  it.each<[string, (g: GraphBuilder, x: Value) => Value, string]>([
    ["another function", (g, x) => g.exp(x), "Exp"],
    ["a product of two signals", (g, x) => g.matMul(x, g.transpose(x, [1, 0])), "MatMul"],
    ["a constant that is added to no product", (g, x) => g.add(x, g.scalar(1)), "Add"],
  ])("refuses %s, and names its node", (_, build, name) => {
    const graph = graphOf((g, x) => g.scope("inner", () => build(g, g.gelu(x))));
    expect(() => readLayers(graph, ["x"])).toThrow(GraphError);
    expect(() => readLayers(graph, ["x"])).toThrow(new RegExp(`^inner/${name}: is no part of a layer.*got ${name}`));
  });
});
