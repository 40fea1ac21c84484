import { beforeAll, describe, expect, it } from "vitest";
import { integerInputs, type QuantizedExample, quantizedExample, valuesOf } from "../../../test/quantized.ts";
import { smallModel } from "../../../test/smallModel.ts";
import { GraphError } from "../../errors.ts";
import { insertRounding, QDQ } from "../index.ts";
import { compileNetwork } from "./compileNetwork.ts";
import { type IntegerNetwork, readsOf } from "./integerNetwork.ts";
import { type Integers, runIntegers } from "./runIntegers.ts";

const model = smallModel({ kind: "classify", numClasses: 4 });
let example: QuantizedExample;
let network: IntegerNetwork;

beforeAll(async () => {
  example = await quantizedExample(model, { channels: 3, patches: 6 });
  network = compileNetwork(example, example.scheme);
});

/** dB */
function ratio(got: ArrayLike<number>, want: ArrayLike<number>): number {
  let [signal, noise] = [0, 0];
  for (let i = 0; i < want.length; i++) {
    signal += want[i] ** 2;
    noise += (got[i] - want[i]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

const real = (values: Integers, scale: number): Float64Array => Float64Array.from(values, (v) => v * scale);

describe("a network in whole numbers", () => {
  it("is within its roundings of the float network, in every tensor", async () => {
    const [feeds] = example.windows;
    const byName = new Map(example.layers.flatMap(({ outputs }) => outputs.map((v) => [v.name, v] as const)));
    const floats = await valuesOf(example.graph, [...byName.values()], feeds);
    const ratios = new Map<string, number>();
    runIntegers(network, integerInputs(network, feeds), (id, values) => {
      const { name, scale } = network.tensors[id];
      const want = floats[name];
      if (want === undefined || want.data.length !== values.length) return; // made of two layers, or a part
      const features = name === example.layers.find(({ kind }) => kind === "features")!.outputs[0].name;
      const steps = example.scheme.features;
      const own = features ? Float64Array.from(values, (v, i) => v * steps[i % steps.length]) : real(values, scale);
      ratios.set(name, ratio(own, want.data as Float32Array));
    });
    expect(ratios.size).toBeGreaterThan(50);
    // the bias of a product in front of a norm over the window is added there, in the float network behind it
    const wrong = [...ratios].filter(([name, db]) => db < 18 && !/^patch_embed/.test(name));
    expect(wrong).toEqual([]);
  });

  it("gives the logits of the rounded graph and decides alike", async () => {
    const rounded = insertRounding(example, example.scheme, QDQ);
    for (const feeds of example.windows) {
      const { logits } = await valuesOf(rounded, rounded.outputs, feeds);
      const own = real(runIntegers(network, integerInputs(network, feeds)), network.tensors[network.logits].scale);
      expect(ratio(own, logits.data as Float32Array)).toBeGreaterThan(20);
      const best = (values: ArrayLike<number>) => Array.from(values).indexOf(Math.max(...Array.from(values)));
      expect(best(own)).toBe(best(logits.data as Float32Array));
    }
  });

  it("makes every tensor once, before it is read, and reads all that it makes", () => {
    const made = new Set([network.x, network.montage]);
    for (const step of network.steps) {
      for (const id of readsOf(step)) expect(made).toContain(id);
      expect(made).not.toContain(step.output);
      made.add(step.output);
    }
    expect(made.size).toBe(network.tensors.length);
    const read = new Set([...network.steps.flatMap(readsOf), network.logits]);
    expect(network.tensors.flatMap(({ name }, id) => (read.has(id) ? [] : [name]))).toEqual([]);
  });

  it("takes sums into the products before them, and splits what is split", () => {
    const { depth } = model.sizes;
    const linears = network.steps.filter(({ op }) => op === "linear");
    const residuals = linears.filter((step) => "residual" in step);
    expect(residuals).toHaveLength(1 + 1 + 3 * 2 + 2 * depth); // frequency embedding, channel unification, its layers, blocks
    expect(network.steps.filter(({ op }) => op === "add")).toHaveLength(1); // the montage
    expect(network.steps.filter(({ op }) => op === "rotary")).toHaveLength(2 * depth);
  });
});

describe("what cannot be compiled", () => {
  it("says which layer has no integers", () => {
    const [name] = example.scheme.weights.keys();
    const weights = new Map([...example.scheme.weights].filter(([own]) => own !== name));
    expect(() => compileNetwork(example, { ...example.scheme, weights })).toThrow(
      new RegExp(`${name}: its weights are not in integers`),
    );
  });

  it("says which scale is missing", () => {
    const activations = new Map([...example.scheme.activations].filter(([own]) => own !== "montage"));
    expect(() => compileNetwork(example, { ...example.scheme, activations })).toThrow(/montage: has no scale of i16/);
  });

  it("says whose sums may leave 32 bits", () => {
    const tiny = new Map(example.scheme.activations).set("montage", { i16: 1 });
    const [[name, weight]] = example.scheme.weights;
    const scales = weight.scales.map(() => 1e-30);
    const weights = new Map(example.scheme.weights).set(name, { ...weight, scales });
    expect(() => compileNetwork(example, { ...example.scheme, activations: tiny, weights })).toThrow(GraphError);
  });
});
