import { describe, expect, it } from "vitest";
import { randomFeeds, SMALL, smallModel } from "../../../test/smallModel.ts";
import type { Tensor } from "../../graph/index.ts";
import { modelFromCheckpoint, panlunaGraph } from "../../model/index.ts";
import { writeStateDict } from "../../model/stateDict.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { fakeWorld } from "../fakeEffects.ts";

/** A case in the authors' layout, made of our own numbers; `off` is added to the logits. */
async function worldWithCase(off: number) {
  const model = smallModel({ kind: "classify", numClasses: 2 });
  const graph = panlunaGraph(model, { outputs: ["logits"] });
  const feeds = randomFeeds(graph, { B: 2, C: 3, S: 4, dim: 3 });
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const { logits } = await session.run(feeds);
  await session.close();
  const { patchSize, embedDim, numHeads, depth, numQueries, mlpRatio } = modelFromCheckpoint(model.weights).sizes;
  expect(patchSize).toBe(SMALL.patchSize);
  const info = {
    name: "tiny",
    task: "classify",
    loss: "cross_entropy",
    model: {
      patch_size: patchSize,
      embed_dim: embedDim,
      num_heads: numHeads,
      depth,
      num_queries: numQueries,
      mlp_ratio: mlpRatio,
      num_classes: 2,
    },
    tolerances: { forward: 1e-5, intermediate: 1e-5, loss: 1e-5 },
  };
  const label: Tensor = { dtype: "int32", shape: [2], data: Int32Array.of(0, 1) };
  const wrong = { ...logits, data: (logits.data as Float32Array).map((v) => v + off) } as Tensor;
  const w = fakeWorld();
  w.files.set("cases/tiny/case.json", new TextEncoder().encode(JSON.stringify(info)));
  w.files.set("cases/tiny/weights.safetensors", writeStateDict(model.weights));
  w.files.set("cases/tiny/inputs.safetensors", writeStateDict([...Object.entries(feeds), ["label", label]]));
  w.files.set("cases/tiny/expected.safetensors", writeStateDict([["logits", wrong]]));
  return w;
}

describe("conformance", () => {
  it("passes a case whose numbers are ours", async () => {
    const w = await worldWithCase(0);
    expect(await w.run("conformance", "cases")).toBe(0);
    expect(w.out).toMatch(/tiny +logits +\d\.\de[-+]\d+ +1\.0e-5 +ok/);
    expect(w.out).toMatch(/1 case, 1 tensor on cpu: all within tolerance/);
  });

  it("fails with code 1 when a tensor is off, unless the tolerance is widened openly", async () => {
    const w = await worldWithCase(1e-3);
    expect(await w.run("conformance", "cases", "--json")).toBe(1);
    const result = JSON.parse(w.out);
    expect(result).toMatchObject({ ok: false, provider: "cpu", cases: [{ name: "tiny", ok: false }] });
    expect(result.cases[0].checks[0]).toMatchObject({ tensor: "logits", ok: false, tolerance: 1e-5 });
    expect(result.cases[0].checks[0].error).toBeCloseTo(1e-3, 5);
    w.out = "";
    expect(await w.run("conformance", "cases", "--tolerance-factor", "1000")).toBe(0);
    expect(w.out).toMatch(/tolerances times 1000: all within tolerance/);
  });

  it("fails when there is no case", async () => {
    const w = fakeWorld();
    expect(await w.run("conformance", "nowhere")).toBe(1);
    expect(w.err).toMatch(/^panluna: conformance: no case was found/);
  });

  it("names a file that a case lacks", async () => {
    const w = await worldWithCase(0);
    w.files.delete("cases/tiny/inputs.safetensors");
    expect(await w.run("conformance", "cases")).toBe(1);
    expect(w.err).toMatch(/inputs\.safetensors: is missing from the case folder/);
  });
});
