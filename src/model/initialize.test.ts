import { describe, expect, it } from "vitest";
import { SMALL } from "../../test/smallModel.ts";
import { initializeParameter, initializeWeights } from "./initialize.ts";
import { type Initialization, type ParameterSpec, parameterSpecs } from "./parameters.ts";
import { PUBLISHED } from "./sizes.ts";

const countOf = (specs: readonly ParameterSpec[]) =>
  specs.reduce((sum, { shape }) => sum + shape.reduce((product, n) => product * n, 1), 0);

describe("the published network", () => {
  it("has 5.38 million parameters in 179 tensors with a head of two classes", () => {
    const specs = parameterSpecs(PUBLISHED, { kind: "classify", numClasses: 2 });
    expect([specs.length, countOf(specs)]).toEqual([179, 5_380_859]); // as in the fixture full_classify2
  });

  it("names every tensor once", () => {
    for (const head of [
      { kind: "reconstruct", numChannelNames: 104 },
      { kind: "classify", numClasses: 5 },
    ] as const) {
      const names = parameterSpecs(PUBLISHED, head).map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
    }
  });
});

describe("untrained weights", () => {
  const head = { kind: "reconstruct", numChannelNames: 5 } as const;
  const weights = initializeWeights(SMALL, head, 1);
  const specs = parameterSpecs(SMALL, head);
  const start = (init: Initialization, shape: number[], name = "layer.weight", seed = 1) =>
    initializeParameter({ name, shape, init }, seed).data as Float32Array;
  const deviation = (values: Float32Array) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  const extent = (values: Float32Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

  it("are the same for the same seed and others for another", () => {
    expect(initializeWeights(SMALL, head, 1)).toEqual(weights);
    const others = initializeWeights(SMALL, head, 2);
    for (const { name, init } of specs) {
      const fixed = init === "zeros" || init === "ones" || init === "rotary";
      expect(others.get(name)!.data.join() === weights.get(name)!.data.join(), name).toBe(fixed);
    }
  });

  it("of a tensor depend on its seed, name and shape, not on the network around it", () => {
    const deeper = initializeWeights({ ...SMALL, depth: 3 }, { kind: "none" }, 1);
    for (const [name, tensor] of deeper) if (weights.has(name)) expect(tensor).toEqual(weights.get(name));
    expect(start("linear", [8, 4], "a.weight")).not.toEqual(start("linear", [8, 4], "b.weight"));
  });

  it("have the shapes of the state dict", () => {
    expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual(
      specs.map(({ name, shape }) => [name, shape]),
    );
  });

  it.each(["linear", "token"] as const)("%s: a normal of σ 0.02, cut at 2σ", (init) => {
    const values = start(init, [100, 100]);
    expect(extent(values)).toBeLessThanOrEqual(0.04);
    expect(extent(values)).toBeGreaterThan(0.0395);
    expect(deviation(values) / 0.02).toBeCloseTo(0.8796, 1.7); // √(1 − 4φ(2) / (2Φ(2) − 1)), to 0.01
  });

  it("the last layers of residual branches start smaller with depth", () => {
    for (const part of ["attn.proj", "mlp.fc2"]) {
      for (const block of [0, 1, 7]) {
        const values = start("linear", [100, 100], `blocks.${block}.${part}.weight`);
        expect(extent(values) * Math.sqrt(2 * (block + 1))).toBeGreaterThan(0.0395);
        expect(extent(values) * Math.sqrt(2 * (block + 1))).toBeLessThanOrEqual(0.04 + 1e-9);
      }
    }
    expect(extent(start("linear", [100, 100], "blocks.7.mlp.fc1.weight"))).toBeGreaterThan(0.0395);
  });

  it.each([
    ["projection", [192, 64], Math.sqrt(6 / 256)],
    ["convolution", [64, 16, 1, 3], 1 / Math.sqrt(48)],
  ] as const)("%s: uniform up to its bound", (init, shape, bound) => {
    const values = start(init, [...shape]);
    expect(extent(values)).toBeLessThanOrEqual(bound * (1 + 1e-6));
    expect(extent(values)).toBeGreaterThan(0.99 * bound);
    expect(deviation(values) / (bound / Math.sqrt(3))).toBeCloseTo(1, 1);
  });

  it("embedding tables are standard normal, norms 1, biases 0, rotary frequencies 10000^(−i/n)", () => {
    expect(deviation(start("embedding", [100, 100]))).toBeCloseTo(1, 1);
    expect(new Set(start("ones", [8]))).toEqual(new Set([1]));
    expect(new Set(start("zeros", [8]))).toEqual(new Set([0]));
    expect(start("rotary", [4])).toEqual(Float32Array.of(1, 0.1, 0.01, 0.001));
  });
});
