import { afterAll, describe, expect, it } from "vitest";
import { expectClose, maxDifference } from "../../test/close.ts";
import { randomFeeds, SMALL, smallModel } from "../../test/smallModel.ts";
import { GraphError, WeightsError } from "../errors.ts";
import { type Graph, lengthOf, type Tensor } from "../graph/index.ts";
import { nodeEngine } from "../runtime/node.ts";
import type { Session } from "../runtime/session.ts";
import { montageGraph, type PanlunaGraphOptions, panlunaGraph } from "./panluna.ts";
import type { Head } from "./parameters.ts";

const CLASSIFY: Head = { kind: "classify", numClasses: 3 };
const RECONSTRUCT: Head = { kind: "reconstruct", numChannelNames: 5 };
const LENGTHS = { B: 3, C: 4, S: 5, dim: 3 };
type Feeds = Record<string, Tensor>;

const sessions: Session[] = [];
afterAll(() => Promise.all(sessions.map((session) => session.close())));

async function open(graph: Graph): Promise<(feeds: Feeds) => Promise<Record<string, Tensor>>> {
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  sessions.push(session);
  return (feeds) => session.run(feeds);
}

async function openModel(head: Head, options: PanlunaGraphOptions = {}) {
  const graph = panlunaGraph(smallModel(head), options);
  return { graph, run: await open(graph), feeds: randomFeeds(graph, LENGTHS) };
}

/** Entries `indices` of an axis. */
function take({ dtype, shape, data }: Tensor, axis: number, indices: readonly number[]): Tensor {
  const inner = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
  const outer = shape.slice(0, axis).reduce((product, n) => product * n, 1);
  const out = data.slice(0, outer * indices.length * inner);
  for (let o = 0; o < outer; o++) {
    indices.forEach((from, to) => {
      const start = (o * shape[axis] + from) * inner;
      out.set(data.subarray(start, start + inner) as never, (o * indices.length + to) * inner);
    });
  }
  return { dtype, shape: shape.with(axis, indices.length), data: out };
}

const takeAll = (feeds: Feeds, axis: number, indices: readonly number[]): Feeds =>
  Object.fromEntries(Object.entries(feeds).map(([name, tensor]) => [name, take(tensor, axis, indices)]));

describe("the model does not see what it must not see", () => {
  const order = [2, 0, 3, 1];

  it("logits do not depend on the order of the channels", async () => {
    const { run, feeds } = await openModel(CLASSIFY);
    const { logits } = await run(feeds);
    expectClose((await run(takeAll(feeds, 1, order))).logits.data, logits.data, 1e-5);
    const moved = { ...takeAll(feeds, 1, order), channel_locations: feeds.channel_locations };
    expect(maxDifference((await run(moved)).logits.data, logits.data)).toBeGreaterThan(1e-3); // the locations belong to the channels
  });

  it("a reconstruction follows its channels", async () => {
    const { run, feeds } = await openModel(RECONSTRUCT, { masked: true });
    const { reconstruction } = await run(feeds);
    const reordered = (await run(takeAll(feeds, 1, order))).reconstruction;
    expectClose(reordered.data, take(reconstruction, 1, order).data, 1e-5);
  });

  it.each([CLASSIFY, RECONSTRUCT])("a batch equals its samples one by one ($kind)", async (head) => {
    const { run, feeds } = await openModel(head, { masked: true });
    const whole = await run(feeds);
    for (let b = 0; b < LENGTHS.B; b++) {
      const single = await run(takeAll(feeds, 0, [b]));
      for (const [name, tensor] of Object.entries(single))
        expectClose(tensor.data, take(whole[name], 0, [b]).data, 1e-5);
    }
  });

  it("what a masked patch holds reaches the tokens through the statistics of the GroupNorms only", async () => {
    const outputs = ["tokens", "patch_embed", "freq_embed", "montage"];
    const { run, feeds } = await openModel(RECONSTRUCT, { masked: true, outputs });
    const { B, C, S } = LENGTHS;
    const [p, d] = [SMALL.patchSize, SMALL.embedDim];
    const isMasked = (b: number, c: number, s: number) => feeds.mask.data[(b * C + c) * S + s] === 1;
    const x = Float32Array.from(feeds.x.data as Float32Array, (v, i) =>
      feeds.mask.data[Math.floor(i / p)] === 1 ? 5 * v + 1 : v,
    );
    const before = await run(feeds);
    const after = await run({ ...feeds, x: { ...feeds.x, data: x } });
    const token = smallModel(RECONSTRUCT).weights.get("mask_token")!.data;
    const change = (name: string, at: number) => Number(after[name].data[at]) - Number(before[name].data[at]);
    let throughNorms = 0;
    for (let i = 0; i < B * C * S * d; i++) {
      const [b, c, s, k] = [Math.floor(i / (C * S * d)), Math.floor(i / (S * d)) % C, Math.floor(i / d) % S, i % d];
      const at = ((b * S + s) * C + c) * d + k; // tokens are (B, S, C, D), the embeddings (B, C·S, D)
      if (isMasked(b, c, s)) {
        expect(after.tokens.data[at]).toBe(before.tokens.data[at]);
        const plain = Number(token[k]) + Number(before.montage.data[(b * C + c) * d + k]);
        expect(Math.abs(Number(after.tokens.data[at]) - plain)).toBeLessThan(1e-6);
      } else {
        expect(change("freq_embed", i)).toBe(0);
        expect(Math.abs(change("tokens", at) - change("patch_embed", i))).toBeLessThan(2e-6);
        throughNorms = Math.max(throughNorms, Math.abs(change("patch_embed", i)));
      }
    }
    expect(throughNorms).toBeGreaterThan(0.01);
  });

  it("the temperature that checkpoints carry has no place in the graph", () => {
    const { initializers } = panlunaGraph(smallModel(CLASSIFY));
    expect([...initializers.keys()].map(({ name }) => name)).not.toContain("cross_attn.temparature");
  });
});

describe("the graph", () => {
  const common = [
    "x",
    "patch_embed",
    "freq_embed",
    "channel_locations_normalised",
    "nerf",
    "channel_locations_emb",
    "montage",
  ];
  const encoder = ["tokens", "cross_attn.scores", "cross_attn.output", "blocks.0", "blocks.1", "latent", "embedding"];

  it.each([
    { head: CLASSIFY, tail: ["classifier.pooled", "logits"] },
    { head: RECONSTRUCT, tail: ["mask", "decoder.layer", "decoder.norm", "reconstruction"] },
  ])("gives every public value, in the shape it promises ($head.kind)", async ({ head, tail }) => {
    const outputs = [...common, ...encoder, ...tail];
    const { graph, run, feeds } = await openModel(head, { masked: head.kind === "reconstruct", outputs });
    const results = await run(feeds);
    expect(Object.keys(results).sort()).toEqual([...outputs].sort());
    const lengths = new Map(Object.entries(LENGTHS));
    for (const { name, dtype, shape } of graph.outputs) {
      expect([name, results[name].dtype, results[name].shape]).toEqual([
        name,
        dtype,
        shape.map((d) => lengthOf(d, lengths)),
      ]);
      expect(Array.from(results[name].data, Number).every(Number.isFinite), name).toBe(true);
    }
  });

  it("takes 2-D and 3-D locations, one channel, one patch and one sample", async () => {
    const { graph, run } = await openModel(CLASSIFY);
    for (const lengths of [
      { ...LENGTHS, dim: 2 },
      { B: 1, C: 1, S: 1, dim: 2 },
      { B: 1, C: 1, S: 1, dim: 3 },
    ]) {
      const { logits } = await run(randomFeeds(graph, lengths));
      expect(logits.shape).toEqual([lengths.B, 3]);
      expect(Array.from(logits.data, Number).every(Number.isFinite)).toBe(true);
    }
  });

  it("with the montage embedded beforehand gives the same", async () => {
    const whole = await openModel(CLASSIFY);
    const parts = await openModel(CLASSIFY, { montage: "embedded" });
    const { channel_locations, sensor_type, x } = whole.feeds;
    const { montage } = await (await open(montageGraph(smallModel(CLASSIFY))))({ channel_locations, sensor_type });
    expect(parts.graph.inputs.map(({ name }) => name).sort()).toEqual(["montage", "x"]);
    const { logits } = await whole.run(whole.feeds);
    expectClose((await parts.run({ x, montage })).logits.data, logits.data, 1e-6);
  });

  it("asks for the inputs that its outputs need and no others", () => {
    const inputsFor = (head: Head, options: PanlunaGraphOptions) =>
      panlunaGraph(smallModel(head), options).inputs.map(({ name }) => name);
    expect(inputsFor(CLASSIFY, {})).toEqual(["x", "channel_locations", "sensor_type"]);
    expect(inputsFor(RECONSTRUCT, { masked: true }).sort()).toEqual([
      "channel_locations",
      "channel_names",
      "mask",
      "sensor_type",
      "x",
    ]);
    expect(inputsFor(RECONSTRUCT, { outputs: ["latent"] })).toEqual(["x", "channel_locations", "sensor_type"]);
    expect(inputsFor(CLASSIFY, { outputs: ["patch_embed"] })).toEqual(["x"]);
  });

  it("says which output, tensor or size is wrong", () => {
    const model = smallModel(CLASSIFY);
    expect(() => panlunaGraph(model, { outputs: ["reconstruction"] })).toThrow(WeightsError);
    expect(() => panlunaGraph(model, { outputs: ["reconstruction"] })).toThrow(
      /no such value.*logits.*got reconstruction/,
    );
    const weights = new Map(model.weights);
    weights.delete("norm.weight");
    expect(() => panlunaGraph({ ...model, weights })).toThrow("weights: tensor norm.weight is missing");
    for (const wrong of [
      { patchSize: 18 },
      { embedDim: 24 },
      { numHeads: 3 },
      { numHeads: 0.5 },
      { depth: -1 },
      { numQueries: 0 },
      { mlpRatio: 0 },
    ]) {
      expect(() => panlunaGraph({ ...model, sizes: { ...SMALL, ...wrong } }), JSON.stringify(wrong)).toThrow(
        GraphError,
      );
    }
  });
});
