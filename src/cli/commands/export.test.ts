import { describe, expect, it } from "vitest";
import { readOnnx } from "../../graph/index.ts";
import { modelFromCheckpoint, readStateDict } from "../../model/index.ts";
import { writeStateDict } from "../../model/stateDict.ts";
import { fakeWorld } from "../fakeEffects.ts";

describe("export", () => {
  it("writes an .onnx with raw locations in, that says its sizes and that it is untrained", async () => {
    const w = fakeWorld();
    expect(await w.run("export", "--onnx", "m.onnx", "--outputs", "embedding,logits", "--head", "classify:3")).toBe(0);
    expect(w.out).toMatch(/head: 3 classes/);
    expect(w.out).toMatch(/in +channel_locations +float32 +\[B, C, dim\]/);
    expect(w.out).toMatch(/loaded again and run once/);
    expect(w.out).toMatch(/Untrained weights/);
    const graph = readOnnx(w.files.get("m.onnx")!, "m.onnx");
    expect(graph.inputs.map(({ name }) => name)).toEqual(["x", "channel_locations", "sensor_type"]);
    expect(graph.outputs.map(({ name }) => name)).toEqual(["embedding", "logits"]);
    expect(JSON.parse(graph.metadata["panluna.sizes"])).toMatchObject({ embedDim: 16, patchSize: 32 });
    expect(graph.metadata).toMatchObject({ "panluna.version": "1.2.3", "panluna.trained": "false" });
  });

  it("exports the pretraining network with mask and channel names", async () => {
    const w = fakeWorld();
    expect(await w.run("export", "--onnx", "m.onnx", "--masked", "--json")).toBe(0);
    const { onnx } = JSON.parse(w.out);
    expect(onnx.inputs.map((v: { name: string }) => v.name)).toContain("mask");
    expect(onnx.outputs.map((v: { name: string }) => v.name)).toEqual(["latent", "reconstruction"]);
  });

  it("writes weights that load again, adapters merged: W + factor · B A", async () => {
    const w = fakeWorld();
    await w.run("export", "--safetensors", "base.safetensors");
    const base = readStateDict(w.files.get("base.safetensors")!, "base");
    expect(modelFromCheckpoint(base).sizes).toMatchObject({ embedDim: 16, depth: 1 });
    const layer = "blocks.0.attn.proj";
    const [out, inner] = base.get(`${layer}.weight`)!.shape;
    const ones = (shape: number[]) => ({
      dtype: "float32" as const,
      shape,
      data: new Float32Array(shape[0] * shape[1]).fill(1),
    });
    const adapters = writeStateDict([
      [`${layer}.lora_A`, ones([2, inner])],
      [`${layer}.lora_B`, ones([out, 2])],
    ]);
    w.files.set("task.safetensors", adapters);
    const argv = ["--lora", "task.safetensors", "--lora-scaling", "0.5", "--safetensors", "merged.safetensors"];
    expect(await w.run("export", ...argv)).toBe(0);
    const merged = readStateDict(w.files.get("merged.safetensors")!, "merged");
    const [before, after] = [base, merged].map((state) => state.get(`${layer}.weight`)!.data as Float32Array);
    after.forEach((value, i) => {
      expect(value).toBeCloseTo(before[i] + 0.5 * 2, 6);
    });
  });

  it.each<[string, string[], RegExp]>([
    ["nothing to write", [], /export: nothing to write\. Give --onnx FILE or --safetensors FILE/],
    ["a value that is not there", ["--onnx", "m.onnx", "--outputs", "blocks.7"], /no such value in the model/],
    ["a head that is none", ["--onnx", "m.onnx", "--head", "classify:0"], /--head: cannot be read/],
    ["adapters that are none", ["--safetensors", "m", "--lora", "x.safetensors"], /holds no adapters/],
  ])("refuses %s", async (_, argv, message) => {
    const w = fakeWorld();
    w.files.set("x.safetensors", writeStateDict([["a", { dtype: "float32", shape: [1], data: Float32Array.of(1) }]]));
    expect(await w.run("export", ...argv)).toBe(1);
    expect(w.err).toMatch(message);
    expect([...w.files.keys()]).toEqual(["x.safetensors"]);
  });
});
