import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FIXTURES, readTensors } from "../../test/fixtures.ts";
import { initializeWeights, mergeLora, PUBLISHED } from "../model/index.ts";
import { initializeLora, loraTargets, loraTensors } from "./lora.ts";

const TINY = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 2, numQueries: 2, mlpRatio: 4 };

describe("adapters of the published network", () => {
  const targets = loraTargets(PUBLISHED);

  it("stand on the attention projections of blocks, cross-attention and query self-attention", () => {
    const modules = targets.map(({ module }) => module);
    expect(modules).toEqual([
      ...["cross_attention", "query_self_attn.layers.0.self_attn", "query_self_attn.layers.1.self_attn"]
        .concat("query_self_attn.layers.2.self_attn")
        .flatMap((name) => [`cross_attn.${name}.in_proj`, `cross_attn.${name}.out_proj`]),
      ...[0, 1, 2, 3, 4, 5].flatMap((i) => [`blocks.${i}.attn.qkv_proj`, `blocks.${i}.attn.proj`]),
    ]);
  });

  it("have the 172,032 values in use that the authors' rank 16 has", () => {
    const sizes = loraTensors(targets, 16).map(({ shape }) => shape[0] * shape[1]);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(172_032);
  });

  it("start as peft's: A uniform in ±1/√inner, B zero, keyed by name and seed", () => {
    const start = initializeLora(targets, 16, 5);
    const a = start.get("blocks.3.attn.proj.lora_A")!;
    expect(a.shape).toEqual([16, 256]);
    const values = a.data as Float32Array;
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / 16);
    expect(Math.max(...values)).toBeGreaterThan(0.99 / 16);
    const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
    expect(Math.abs(variance / (1 / (3 * 256)) - 1)).toBeLessThan(4 * Math.sqrt(0.8 / values.length));
    expect(start.get("blocks.3.attn.proj.lora_B")!.data.every((v) => Number(v) === 0)).toBe(true);
    expect(start.get("blocks.2.attn.proj.lora_A")!.data).not.toEqual(values);
    expect(initializeLora(targets, 16, 6).get("blocks.3.attn.proj.lora_A")!.data).not.toEqual(values);
    expect(initializeLora(targets.slice(-1), 16, 5).get("blocks.5.attn.proj.lora_A")).toEqual(
      start.get("blocks.5.attn.proj.lora_A"),
    );
  });
});

describe("merging", () => {
  const weights = initializeWeights(TINY, { kind: "none" }, 1);
  const targets = loraTargets(TINY);

  it("of untrained adapters changes nothing", () => {
    const merged = mergeLora(weights, { tensors: initializeLora(targets, 4, 0), scaling: 2 });
    expect(merged).toEqual(weights);
  });

  it("adds (α/r)·B A to every target, packed projections included, and to nothing else", () => {
    const tensors = new Map(initializeLora(targets, 4, 0));
    for (const [name, { shape }] of tensors) {
      const data = Float32Array.from({ length: shape[0] * shape[1] }, (_, i) => ((i * 7) % 5) - 2);
      if (name.endsWith("lora_B")) tensors.set(name, { dtype: "float32", shape, data });
    }
    const merged = mergeLora(weights, { tensors, scaling: 2 });
    const changed = [...merged].filter(([name, tensor]) => tensor !== weights.get(name)).map(([name]) => name);
    expect(changed).toEqual(targets.map(({ weight }) => weight));
    const module = "cross_attn.cross_attention.in_proj";
    const [a, b] = [tensors.get(`${module}.lora_A`)!.data, tensors.get(`${module}.lora_B`)!.data];
    const [row, column] = [37, 9];
    let want = Number(weights.get(`${module}_weight`)!.data[row * 16 + column]);
    for (let r = 0; r < 4; r++) want += 2 * Number(b[row * 4 + r]) * Number(a[r * 16 + column]);
    expect(merged.get(`${module}_weight`)!.data[row * 16 + column]).toBe(Math.fround(want));
  });
});

const given = new URL("given/g_lora/lora.safetensors", FIXTURES);

describe.skipIf(!existsSync(given))("the authors' adapters (needs ../shared/fixtures)", () => {
  it("have our names and shapes", () => {
    const ours = new Map(loraTensors(loraTargets(TINY), 4).map(({ name, shape }) => [name, shape]));
    const theirs = readTensors(given);
    expect(theirs.size).toBe(8);
    for (const [name, { shape }] of theirs) expect([name, ours.get(name)]).toEqual([name, shape]);
  });
});
