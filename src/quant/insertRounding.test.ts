import { describe, expect, it } from "vitest";
import { runGraph, smallNetwork, windowsFor } from "../../test/smallNetwork.ts";
import { type Graph, type GraphBuilder, prune, type Value } from "../graph/index.ts";
import { insertRounding, QDQ, type Rounding } from "./insertRounding.ts";
import { quantizeWeights } from "./quantizeWeights.ts";
import type { QuantizationScheme, TensorScales } from "./scheme.ts";

const network = await smallNetwork();
const { graph, layers, tensors } = network;
const width = Number(tensors.tensors.find((tensor) => tensor.features)!.source.shape.at(-1));
const steps = (i8: number, i16: number) =>
  new Map(
    tensors.tensors.map(({ source, precisions, features }): [string, TensorScales] => [
      source.name,
      features ? { i8: 1 } : { ...(precisions.has("i8") && { i8 }), ...(precisions.has("i16") && { i16 }) },
    ]),
  );
const features = Float32Array.from({ length: width }, (_, i) => (i + 1) / 20);
const noWeights: QuantizationScheme["weights"] = new Map();
const rounded = (scheme: Partial<QuantizationScheme>, rounding: Rounding = QDQ): Graph =>
  insertRounding(network, { activations: new Map(), features, weights: noWeights, ...scheme }, rounding);

/** Rounds without saturation, so that scales may be as fine as they like; keeps what it gave. */
function unbounded(given: { value: Value; scale: number }[] = []): Rounding {
  const round = (g: GraphBuilder, x: Value, scale: number) => {
    const shifted = g.add(g.mul(x, g.scalar(1 / scale)), g.scalar(1.5 * 2 ** 23)); // float32 holds no fractions there
    return g.mul(g.sub(shifted, g.scalar(1.5 * 2 ** 23)), g.scalar(scale));
  };
  return {
    activation(g, x, scale) {
      const value = round(g, x, scale);
      given.push({ value, scale });
      return value;
    },
    weight: (_, __, weight) => weight,
  };
}

const logitsOf = async (g: Graph) => (await runGraph(g))["logits"].data as Float32Array;
const farthest = (a: Float32Array, b: Float32Array) => Math.max(...a.map((v, i) => Math.abs(v - b[i])));

describe("insertRounding", () => {
  it("changes nothing where nothing is rounded: features are divided, and the matrix behind them multiplied", async () => {
    const [exact, same] = [await logitsOf(graph), await logitsOf(rounded({}))];
    expect(farthest(exact, same)).toBeLessThan(1e-5);
  });

  it("gives what the network gives where scales are so fine that nothing is lost", async () => {
    const fine = { activations: steps(2 ** -18, 2 ** -18), features: features.map(() => 2 ** -16) };
    expect(farthest(await logitsOf(graph), await logitsOf(rounded(fine, unbounded())))).toBeLessThan(2e-4);
  });

  it("rounds each tensor once for each precision, and every one that is read as integers", () => {
    const given: { value: Value; scale: number }[] = [];
    rounded({ activations: steps(0.25, 0.125) }, unbounded(given));
    const precisions = tensors.tensors.reduce((sum, tensor) => sum + tensor.precisions.size, 0);
    expect(given).toHaveLength(precisions);
    expect(given.filter(({ scale }) => scale === 0.125)).toHaveLength(
      tensors.tensors.filter((tensor) => tensor.precisions.has("i16")).length,
    );
  });

  it("lets every rounded tensor hold multiples of its scale alone, inside its range", async () => {
    const coarse = rounded({ activations: steps(0.25, 0.125) });
    const scales = new Map<Value, number>();
    for (const { op, inputs, outputs } of coarse.nodes) {
      if (op.type === "DequantizeLinear") scales.set(outputs[0], Number(coarse.initializers.get(inputs[1]!)!.data[0]));
    }
    const results = await runGraph({ ...coarse, outputs: [...coarse.outputs, ...scales.keys()] });
    expect(new Set(scales.values())).toEqual(new Set([0.25, 0.125, 1]));
    for (const [{ name }, scale] of scales) {
      const integers = Array.from(results[name].data as Float32Array, (v) => v / scale);
      expect(integers.every(Number.isInteger), name).toBe(true);
      expect(Math.max(...integers.map(Math.abs)), name).toBeLessThanOrEqual(scale === 0.125 ? 32768 : 128);
    }
    expect(farthest(await logitsOf(graph), await logitsOf(coarse))).toBeGreaterThan(0.01);
  });

  it("lets sums add what was rounded, and products read int8 of what is also int16", async () => {
    const coarse = rounded({ activations: steps(0.5, 2 ** -6) });
    const makers = new Map(coarse.nodes.flatMap((node) => node.outputs.map((value) => [value, node] as const)));
    const bothWays = tensors.tensors.find(({ precisions }) => precisions.size === 2)!;
    const reader = layers.find((layer) => layer.kind === "linear" && layer.inputs[0] === bothWays.source)!;
    const product = coarse.nodes.find(({ name }) => name === reader.nodes[0].name)!;
    const narrow = makers.get(makers.get(product.inputs[0]!)!.inputs[0]!)!; // QuantizeLinear to int8 …
    expect([narrow.op.type, narrow.outputs[0].dtype]).toEqual(["QuantizeLinear", "int8"]);
    const wide = makers.get(makers.get(narrow.inputs[0]!)!.inputs[0]!)!; // … of what was rounded to int16
    expect([wide.op.type, wide.outputs[0].dtype]).toEqual(["QuantizeLinear", "int16"]);
  });

  it.each([8, 4, 2] as const)("puts integers of %i bits in the place of every matrix", async (bits) => {
    const weights = quantizeWeights(network, features, () => bits);
    const products = layers.filter(({ kind }) => kind === "linear" || kind === "lookup");
    expect([...weights.keys()]).toEqual(products.map(({ name }) => name));
    const own = rounded({ weights });
    const stored = [...own.initializers].filter(([, tensor]) => tensor.dtype === "int8" && tensor.data.length > 1);
    expect(stored).toHaveLength(products.length);
    const matrices = new Set(products.map(({ constants }) => constants["weight"].name));
    for (const [{ name }] of prune(own).initializers) expect(matrices.has(name), name).toBe(false);
    const error = farthest(await logitsOf(graph), await logitsOf(own));
    expect(error).toBeLessThan({ 8: 0.1, 4: 1.5, 2: 10 }[bits]);
    expect(error).toBeGreaterThan({ 8: 1e-4, 4: 0.01, 2: 0.1 }[bits]);
  });

  it("keeps the inputs and outputs of the graph, so that the same windows can be fed", () => {
    const own = rounded({ activations: steps(0.1, 0.1) });
    expect(own.inputs.map(({ name, shape }) => [name, shape])).toEqual(
      graph.inputs.map(({ name, shape }) => [name, shape]),
    );
    expect(own.outputs.map(({ name }) => name)).toEqual(["logits"]);
    expect(Object.keys(windowsFor(own))).toEqual(["x", "montage"]);
  });
});
