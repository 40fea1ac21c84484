import { describe, expect, it } from "vitest";
import { smallModel } from "../../test/smallModel.ts";
import { headBytes, pretrainedBytes, RATE, STAGES, standInWeights } from "../../test/standInWeights.ts";
import { FormatError, UsageError } from "../errors.ts";
import { writeStateDict } from "../model/stateDict.ts";
import { writeCheckpoint } from "../train/run/checkpoint.ts";
import { loadWeights, type WeightFiles, type WeightOptions } from "./load.ts";

const folder = await standInWeights();
const origin = { panluna: "1", seed: 1, config: "c", fingerprint: "f" };
const { weights, sizes, head } = smallModel({ kind: "classify", numClasses: 3 });
const finetuned = { step: 1, weights, m: new Map(), v: new Map(), progress: {}, sizes, head, task: STAGES };
const damaged = writeCheckpoint(finetuned, origin);
damaged[damaged.length - 5] ^= 1;

const disk: Readonly<Record<string, Uint8Array>> = {
  "best.safetensors": writeCheckpoint(finetuned, origin),
  "pretrained.safetensors": pretrainedBytes(),
  "head.safetensors": await headBytes(pretrainedBytes(), RATE, true),
  "untrained.safetensors": writeStateDict(weights, { "panluna.trained": "false" }),
  "damaged.safetensors": damaged,
  checkpoint: pretrainedBytes(),
  "heart-rate": pretrainedBytes(),
};
const files: WeightFiles<string | Uint8Array> = {
  shipped: async (file) => folder.get(file)!,
  async read(source) {
    if (source instanceof Uint8Array) return { name: "bytes", bytes: source };
    if (disk[source] === undefined) throw new FormatError({ where: source, what: "cannot be opened" });
    return { name: source, bytes: disk[source] };
  },
  isFile: async (name) => name in disk,
};
const load = (source?: string | Uint8Array, options: WeightOptions<string | Uint8Array> = {}) =>
  loadWeights(source, options, files);

describe("weights to load", () => {
  it("are those of the package, for a task where one is named", async () => {
    expect(await load()).toMatchObject({ trained: true, model: { head: { kind: "reconstruct" } } });
    expect((await load("sleep-stage")).task).toEqual(STAGES);
    expect((await load("heart-rate")).task).toEqual(RATE); // although a file has that name
  });

  it("are a file that has the name of no task", async () => {
    expect((await load("checkpoint")).model.head.kind).toBe("reconstruct");
    await expect(load("chekpoint")).rejects.toThrow(/no task .* expected one of heart-rate, sleep-stage/);
    await expect(loadWeights("checkpoint", {}, { ...files, isFile: undefined })).rejects.toThrow(UsageError);
    await expect(load("gone.safetensors")).rejects.toThrow(FormatError);
  });

  it("of a fine-tuning know their task, unless another head is built", async () => {
    expect(await load("best.safetensors")).toMatchObject({ task: STAGES, trained: true });
    expect((await load(disk["best.safetensors"])).task).toEqual(STAGES);
    expect((await load("best.safetensors", { head: { kind: "none" } })).task).toBe(undefined);
    expect((await load("pretrained.safetensors")).task).toBe(undefined);
    const built = await load("pretrained.safetensors", { head: { kind: "classify", numClasses: 2 }, seed: 4 });
    expect(built.model.initialized.length).toBeGreaterThan(0);
  });

  it("take a head of a task, on the encoder that it was trained on", async () => {
    const joined = await load("pretrained.safetensors", { head: "head.safetensors" });
    expect([joined.task, joined.model.head]).toEqual([RATE, { kind: "classify", numClasses: 1 }]);
    expect((await load(disk["checkpoint"], { head: disk["head.safetensors"] })).task).toEqual(RATE);
    await expect(load(undefined, { head: "head.safetensors" })).rejects.toThrow(/encoder with other weights/);
  });

  it("are no head alone, and no damaged file", async () => {
    const failed = load("head.safetensors");
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(/^head\.safetensors: is the head of a task without its encoder.*\{ head \}/);
    await expect(load("damaged.safetensors")).rejects.toThrow(/^damaged\.safetensors: is damaged/);
    await expect(load("best.safetensors", { name: "mine", head: "best.safetensors" })).rejects.toThrow(
      /^best\.safetensors: is not the head of a task/,
    );
  });

  it("that never saw data say so", async () => {
    expect((await load("untrained.safetensors")).trained).toBe(false);
  });
});
