import { describe, expect, it } from "vitest";
import { PUBLISHED, parameterSpecs } from "../../model/index.ts";
import { loraTargets, loraTensors } from "../lora.ts";
import { layerExponent, parameterGroups, parameterRules } from "./groups.ts";

const classify = parameterSpecs(PUBLISHED, { kind: "classify", numClasses: 5 });
const reconstruct = parameterSpecs(PUBLISHED, { kind: "reconstruct", numChannelNames: 104 });
const adapters = loraTensors(loraTargets(PUBLISHED), 16);
const full = { mode: "full", decay: "all", depth: 6 } as const;

describe("what is trained", () => {
  it("pretraining: everything but what the model never reads", () => {
    const rules = parameterRules(reconstruct, full);
    const left = reconstruct.filter(({ name }) => !rules.has(name)).map(({ name }) => name);
    expect(left).toEqual([
      "cross_attn.temparature",
      ...[0, 1, 2, 3, 4, 5].map((i) => `blocks.${i}.attn.rotary_emb.freqs`),
    ]);
    expect(rules.get("mask_token")).toEqual({ lrFactor: 1, decays: true });
  });

  it("fine-tuning: not the mask token either, nor is it decayed", () => {
    expect(parameterRules(classify, full).has("mask_token")).toBe(false);
    expect(parameterRules(classify, full).size).toBe(classify.length - 8);
  });

  it("frozen: the head alone", () => {
    const names = [...parameterRules(classify, { ...full, mode: "frozen" }).keys()];
    expect(names).toEqual(classify.map(({ name }) => name).filter((name) => name.startsWith("classifier.")));
    expect(names.length).toBe(9);
  });

  it("lora: adapters and the head", () => {
    const names = [...parameterRules([...classify, ...adapters], { ...full, mode: "lora" }).keys()];
    expect(names.filter((name) => name.startsWith("classifier.")).length).toBe(9);
    expect(names.length).toBe(9 + adapters.length);
  });
});

describe("layer-wise decay", () => {
  const options = { ...full, layerDecay: 0.75 };

  it.each([
    ["classifier.decoder_ffn.fc1.weight", 0],
    ["norm.weight", 0],
    ["blocks.5.mlp.fc1.weight", 1],
    ["blocks.5.norm1.weight", 1],
    ["blocks.0.attn.qkv_proj.weight", 6],
    ["blocks.0.attn.qkv_proj.lora_A", 6],
    ["cross_attn.query_embed", 7],
    ["cross_attn.keys_norm.weight", 7],
    ["cross_attn.cross_attention.in_proj.lora_B", 7],
    ["patch_embed.proj_in.0.weight", 7],
    ["sensor_embed.embeddings.weight", 7],
    ["channel_location_embedder.0.norm.bias", 7],
  ])("%s has the power %d", (name, exponent) => {
    expect(layerExponent(name, 6)).toBe(exponent);
    const rule = parameterRules([...classify, ...adapters], options).get(name);
    expect(rule?.lrFactor).toBeCloseTo(0.75 ** exponent, 15);
  });

  it("makes one group per layer, and two where only matrices decay", () => {
    expect(parameterGroups(parameterRules(classify, options)).length).toBe(8);
    const groups = parameterGroups(parameterRules(classify, { ...options, decay: "matrices" }));
    expect(groups.length).toBe(16);
    const names = groups.flatMap((group) => group.names);
    expect([...names].sort()).toEqual([...parameterRules(classify, options).keys()].sort());
  });
});

describe("weight decay", () => {
  it("on matrices leaves out biases, norms, tokens and embedding tables", () => {
    const rules = parameterRules(reconstruct, { ...full, decay: "matrices" });
    const spared = [...rules].filter(([, { decays }]) => !decays).map(([name]) => name);
    const rest = spared.filter((name) => !/bias$|norm\d?\.weight$|proj_in\.[147]\.weight$/.test(name));
    expect(rest).toEqual([
      "mask_token",
      "sensor_embed.embeddings.weight",
      "cross_attn.query_embed",
      "channel_emb.embeddings.weight",
    ]);
    expect(rules.get("patch_embed.proj_in.0.weight")?.decays).toBe(true);
    expect(rules.get("cross_attn.cross_attention.in_proj_weight")?.decays).toBe(true);
  });

  it("acts on both halves of an adapter", () => {
    const rules = parameterRules(adapters, { ...full, mode: "lora", decay: "matrices" });
    expect([...rules.values()].every(({ decays }) => decays)).toBe(true);
  });
});
