import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FIXTURES, readTensors } from "../../test/fixtures.ts";
import { smallModel } from "../../test/smallModel.ts";
import { PanlunaError, WeightsError } from "../errors.ts";
import { float32, type Tensor } from "../graph/index.ts";
import { modelFromCheckpoint } from "./checkpoint.ts";
import type { Head } from "./parameters.ts";
import type { PanlunaSizes } from "./sizes.ts";

const HEADS: Head[] = [
  { kind: "none" },
  { kind: "reconstruct", numChannelNames: 5 },
  { kind: "classify", numClasses: 3 },
];
const OTHER: PanlunaSizes = { patchSize: 20, embedDim: 32, numHeads: 4, depth: 1, numQueries: 3, mlpRatio: 3 };

const edited = (head: Head, edit: (state: Map<string, Tensor>) => void) => {
  const state = new Map(smallModel(head).weights);
  edit(state);
  return state;
};

const messageOf = (state: ReadonlyMap<string, Tensor>): string => {
  try {
    modelFromCheckpoint(state, { name: "file.safetensors" });
  } catch (error) {
    if (error instanceof WeightsError) return error.message;
    throw error;
  }
  return "no error";
};

describe("a state dict tells the network", () => {
  it.each(HEADS)("sizes and head ($kind)", (head) => {
    for (const model of [smallModel(head), smallModel(head, OTHER)]) {
      expect(modelFromCheckpoint(model.weights)).toEqual({ ...model, dropped: [], initialized: [] });
    }
  });

  it("names may carry the prefix of the authors' training wrapper", () => {
    const { weights } = smallModel(HEADS[1]);
    const prefixed = new Map([...weights].map(([name, tensor]) => [`model.${name}`, tensor]));
    expect(modelFromCheckpoint(prefixed).weights).toEqual(weights);
  });

  it("tensors may stand in any order; the model's order is the authors'", () => {
    const { weights } = smallModel(HEADS[1]);
    const loaded = modelFromCheckpoint(new Map([...weights].toReversed()));
    expect([...loaded.weights.keys()]).toEqual([...weights.keys()]);
  });
});

describe("switching heads", () => {
  it("a reconstruction checkpoint becomes a classifier: its decoder is dropped, the new head starts from the seed", () => {
    const { weights } = smallModel(HEADS[1]);
    const switched = (seed: number) => modelFromCheckpoint(weights, { head: HEADS[2], seed });
    const model = switched(3);
    expect(model.head).toEqual(HEADS[2]);
    expect(model.dropped.length).toBeGreaterThan(0);
    expect(model.dropped.every((name) => /^(decoder_head|channel_emb)\./.test(name))).toBe(true);
    expect(model.initialized.every((name) => name.startsWith("classifier."))).toBe(true);
    expect([...model.weights.keys()].filter((name) => name.startsWith("classifier."))).toEqual([...model.initialized]);
    expect(model.weights.get("classifier.decoder_ffn.fc2.weight")!.shape).toEqual([3, 64]);
    expect(model.weights.get("norm.weight")).toBe(weights.get("norm.weight"));
    expect(switched(3)).toEqual(model);
    expect(switched(4)).not.toEqual(model);
  });

  it("an encoder alone takes any head, and any checkpoint gives up its head", () => {
    const { weights } = smallModel(HEADS[0]);
    expect(modelFromCheckpoint(weights, { head: HEADS[1] }).dropped).toEqual([]);
    const bare = modelFromCheckpoint(smallModel(HEADS[2]).weights, { head: HEADS[0] });
    expect(bare.initialized).toEqual([]);
    expect(bare.dropped.every((name) => name.startsWith("classifier."))).toBe(true);
  });

  it("a head of the same kind but another size is refused, not reshaped", () => {
    const { weights } = smallModel(HEADS[2]);
    expect(() => modelFromCheckpoint(weights, { head: { kind: "classify", numClasses: 4 } })).toThrow(
      "misshapen: classifier.decoder_ffn.fc2.weight float32 [3, 64] instead of float32 [4, 64]",
    );
  });
});

describe("a state dict that does not fit", () => {
  it("is told everything at once: what is missing, surplus and misshapen", () => {
    const message = messageOf(
      edited(HEADS[2], (state) => {
        state.delete("norm.bias");
        state.delete("blocks.1.mlp.norm.weight");
        state.set("extra.weight", float32([1]));
        state.set("classifier.learned_agg", float32([1, 2]));
        state.set("mask_token", { dtype: "float64", shape: [1, 1, 16], data: new Float64Array(16) });
      }),
    );
    expect(message).toBe(
      "file.safetensors: the tensors do not fit the model: got " +
        "missing: blocks.1.mlp.norm.weight, norm.bias | surplus: extra.weight | " +
        "misshapen: mask_token float64 [1, 1, 16] instead of float32 [1, 1, 16]; " +
        "classifier.learned_agg float32 [2] instead of float32 [1, 1, 32]",
    );
  });

  it("is told to merge its LoRA adapters", () => {
    const message = messageOf(edited(HEADS[2], (state) => void state.set("blocks.0.attn.proj.lora_A", float32([1]))));
    expect(message).toContain("surplus: blocks.0.attn.proj.lora_A");
    expect(message).toContain("Merge the LoRA adapters into the weights first");
  });

  it("is no PanLUNA checkpoint when the defining tensors are not there", () => {
    expect(messageOf(new Map([["conv1.weight", float32([1])]]))).toContain(
      "file.safetensors: is not a PanLUNA checkpoint",
    );
    expect(messageOf(new Map())).toContain("got 0 tensors");
    expect(messageOf(edited(HEADS[0], (s) => void s.set("cross_attn.query_embed", float32([1]))))).toContain(
      "is not a PanLUNA checkpoint",
    );
  });

  it.each<[string, string, number[]]>([
    ["a width that is no multiple of 16", "cross_attn.query_embed", [1, 2, 24]],
    ["half a head", "blocks.0.attn.rotary_emb.freqs", [16]],
    ["no frequencies of the rotation", "blocks.0.attn.rotary_emb.freqs", [0]],
    ["a patch size that is no multiple of 4", "freq_embed.frequency_to_embed.fc1.weight", [72, 19]],
    ["no queries", "cross_attn.query_embed", [1, 0, 16]],
  ])("names its file when its sizes cannot be: %s", (_, name, shape) => {
    const count = shape.reduce((product, n) => product * n, 1);
    const state = edited(HEADS[0], (s) => void s.set(name, float32(new Float32Array(count), shape)));
    expect(() => modelFromCheckpoint(state, { name: "file.safetensors" })).toThrow(WeightsError);
    expect(() => modelFromCheckpoint(state, { name: "file.safetensors" })).toThrow(/^file\.safetensors: /);
    expect(() => modelFromCheckpoint(state)).toThrow(PanlunaError);
  });
});

const folders = ["given", "full"].flatMap((part) => {
  const folder = new URL(`${part}/`, FIXTURES);
  return existsSync(folder) ? readdirSync(folder).map((name) => new URL(`${name}/`, folder)) : [];
});
const cases = folders.filter((folder) => existsSync(new URL("weights.safetensors", folder)));

describe.skipIf(cases.length === 0)("the authors' state dicts (needs ../shared/fixtures)", () => {
  it.each(cases.map((folder) => [folder.pathname.split("/").at(-2)!, folder] as const))("%s", (_, folder) => {
    const { model } = JSON.parse(readFileSync(new URL("case.json", folder), "utf8"));
    const state = readTensors(new URL("weights.safetensors", folder));
    const loaded = modelFromCheckpoint(state);
    expect(loaded.sizes).toEqual({
      patchSize: model.patch_size,
      embedDim: model.embed_dim,
      numHeads: model.num_heads,
      depth: model.depth,
      numQueries: model.num_queries,
      mlpRatio: model.mlp_ratio,
    });
    expect(loaded.head).toEqual(
      model.num_classes > 0
        ? { kind: "classify", numClasses: model.num_classes }
        : { kind: "reconstruct", numChannelNames: state.get("channel_emb.embeddings.weight")!.shape[0] },
    );
    expect([...loaded.weights.keys()]).toEqual([...state.keys()]);
  });
});

describe("training checkpoints", () => {
  it("are taken for their weights: optimiser state and averaged weights are left aside", () => {
    const model = smallModel(HEADS[2]);
    const beside = ["optimizer.m/", "optimizer.v/", "ema/"].flatMap((prefix) =>
      [...model.weights].map(([name, tensor]) => [prefix + name, tensor] as const),
    );
    const loaded = modelFromCheckpoint(new Map([...beside, ...model.weights]));
    expect(loaded).toEqual({ ...model, dropped: [], initialized: [] });
    expect(messageOf(new Map([...model.weights, ["optimizer.w", float32([1])]]))).toMatch(/surplus: optimizer\.w$/);
  });
});
