import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maxDifference } from "../../../test/close.ts";
import { randomFeeds } from "../../../test/smallModel.ts";
import { FormatError, UsageError, WeightsError } from "../../errors.ts";
import { modelFromCheckpoint, type PanlunaModel, panlunaGraph, readStateDict } from "../../model/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { createStore } from "../../store/node.ts";
import { eeg, fakeMeta, fakeRows } from "../../store/pairs/fakeWindows.ts";
import { attachHead, encoderDigest, readHead, readTaskModel } from "../../task/index.ts";
import type { FinetuneConfig } from "../config/index.ts";
import { type TrainingJob, type TrainingOptions, trainInFolder } from "./node.ts";
import { finetuneConfigOf, SCORES } from "./pairs/fakeTraining.ts";

const folder = mkdtempSync(join(tmpdir(), "panluna-training-"));
const store = join(folder, "store");
const channels = eeg.slice(0, 2);

beforeAll(async () => {
  const writer = await createStore(store, fakeMeta());
  const part = await writer.openPart("p");
  for (const subject of ["A", "B", "C", "D"]) await part.append(channels, fakeRows(subject, channels, 8));
  await part.commit({});
  await writer.finish({});
});
afterAll(() => rmSync(folder, { recursive: true }));

const settings = { stores: [store], task: "rate", epochs: 1, loader: { workers: 0 }, threads: 1 };
const jobOf = (name: string, changes: object = {}, fresh = false): TrainingJob => {
  const config: FinetuneConfig = finetuneConfigOf({ ...settings, ...changes });
  return { kind: "finetune", folder: join(folder, name), config, fresh, scores: SCORES };
};
const options: TrainingOptions = { versions: { panluna: "0" }, note: () => {} };
const locks = (name: string) => readdirSync(join(folder, name)).filter((entry) => entry.includes(".lock"));

describe("a training in a folder", () => {
  it("leaves a model, its head apart, and what a person wants to know; a second call does nothing", async () => {
    const outcome = await trainInFolder(jobOf("done"), options);
    expect(outcome).toMatchObject({
      end: "complete",
      totalSteps: outcome.step,
      monitor: { metric: "loss", goal: "min" },
    });
    const read = (name: string) => new Uint8Array(readFileSync(join(folder, "done", name)));
    const { task, model } = readTaskModel(read("best.safetensors"), "best");
    expect(task).toMatchObject({ name: "rate", nTimes: 128, spec: { kind: "regression", unit: "bpm" } });
    expect(readHead(read("head.safetensors"), "head").task).toEqual(task);
    expect(model.head).toEqual({ kind: "classify", numClasses: 1 });
    const before = read("metrics.jsonl");
    const steps: number[] = [];
    const again = await trainInFolder(jobOf("done"), { ...options, onStep: ({ step }) => steps.push(step) });
    expect([again.end, steps, read("metrics.jsonl")]).toEqual(["complete", [], before]);
    expect(locks("done")).toEqual([]);
  });

  it("goes on with other threads, but not with other settings, unless it starts anew", async () => {
    const other = { optimizer: { lr: 5e-3 } };
    await trainInFolder(jobOf("same"), options);
    await trainInFolder(jobOf("same", { threads: 2, checkpoints: { every: 3 } }), options);
    const failed = trainInFolder(jobOf("same", other), options);
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow("optimizer.lr: 0.001 → 0.005");
    expect(locks("same")).toEqual([]);
    expect((await trainInFolder(jobOf("same", other, true), options)).end).toBe("complete");
  });

  it("goes on although the checkpoint that it was started from is gone", async () => {
    const init = join(folder, "moved.safetensors");
    const changes = { init, mode: "lora", lora: { rank: 2 } };
    writeFileSync(init, readFileSync(join(folder, "done", "best.safetensors")));
    const controller = new AbortController();
    const onStep = () => controller.abort();
    const first = await trainInFolder(jobOf("moved", changes), { ...options, onStep, signal: controller.signal });
    expect(first).toMatchObject({ step: 1, end: "interrupted" });
    rmSync(init);
    expect((await trainInFolder(jobOf("moved", changes), options)).end).toBe("complete");
    const read = (name: string, file = "best") =>
      new Uint8Array(readFileSync(join(folder, name, `${file}.safetensors`)));
    writeFileSync(init, read("done"));
    await trainInFolder(jobOf("unmoved", changes), options);
    expect(read("moved")).toEqual(read("unmoved"));
    expect(read("moved", "head")).toEqual(read("unmoved", "head"));
  });

  it("with adapters leaves a head that makes the trained model on the encoder it started from, and on no other", async () => {
    const init = join(folder, "done", "best.safetensors");
    const changes = { init, mode: "lora", lora: { rank: 2, alpha: 3 }, optimizer: { lr: 2e-2 }, sizes: undefined };
    await trainInFolder(jobOf("adapted", changes), options);
    const read = (name: string) => new Uint8Array(readFileSync(join(folder, "adapted", name)));
    const best = readTaskModel(read("best.safetensors"), "best").model;
    const base = modelFromCheckpoint(readStateDict(new Uint8Array(readFileSync(init)), "base"));
    const head = readHead(read("head.safetensors"), "head");
    expect(head.adapters?.scaling).toBe(1.5);
    const digest = await encoderDigest(base.weights);
    const joined = attachHead(base, head, { digest });
    expect(joined.sameEncoder).toBe(true);
    expect(await logitsOf(joined)).toEqual(await logitsOf(best));
    const unadapted = attachHead(base, { ...head, adapters: undefined }, { digest });
    expect(maxDifference(await logitsOf(unadapted), await logitsOf(best))).toBeGreaterThan(1e-4);
    const merged = await encoderDigest(best.weights);
    expect(merged).not.toBe(digest);
    expect(() => attachHead(best, head, { digest: merged })).toThrow(WeightsError);
    expect(() => attachHead(best, head, { digest: merged })).toThrow(/trained on an encoder with other weights/);
  });

  it("goes on with the head of a file, its adapters merged", async () => {
    const at = (name: string, file: string) => join(folder, name, `${file}.safetensors`);
    const changes = {
      init: at("done", "best"),
      head: { init: at("adapted", "head") },
      mode: "frozen",
      sizes: undefined,
    };
    await trainInFolder(jobOf("headed", { ...changes, optimizer: { lr: 1e-30 }, schedule: { final: 0 } }), options);
    const modelAt = (name: string) => readTaskModel(new Uint8Array(readFileSync(at(name, "best"))), name).model;
    expect(await logitsOf(modelAt("headed"))).toEqual(await logitsOf(modelAt("adapted")));
    const other = { ...changes, init: at("adapted", "best") };
    await expect(trainInFolder(jobOf("headless", other), options)).rejects.toThrow(
      "trained on an encoder with other weights",
    );
  });

  it("keeps what the folder holds where it cannot start anew", async () => {
    const best = () => new Uint8Array(readFileSync(join(folder, "kept", "best.safetensors")));
    await trainInFolder(jobOf("kept"), options);
    const before = best();
    const gone = { init: join(folder, "gone.safetensors"), sizes: undefined };
    await expect(trainInFolder(jobOf("kept", gone, true), options)).rejects.toThrow("gone.safetensors");
    expect(best()).toEqual(before);
  });

  it("reads the people of each side from a file", async () => {
    const file = join(folder, "split.json");
    const split = (sides: object) => writeFileSync(file, JSON.stringify(sides));
    split({ train: ["A", "B"], val: ["C"], test: ["D"] });
    const outcome = await trainInFolder(jobOf("split", { split: { file } }), options);
    expect(outcome.totalSteps).toBe(Math.round(8 / 6)); // 4 labelled windows of each person
    split({ train: ["A", "B"], val: ["B"], test: ["D"] });
    const leaking = trainInFolder(jobOf("leak", { split: { file } }), options);
    await expect(leaking).rejects.toThrow(/^split\.json: /);
    expect(locks("leak")).toEqual([]);
    const changed = trainInFolder(jobOf("split", { split: { file } }), options);
    await expect(changed).rejects.toThrow("split: holds a run that cannot go on so");
    await expect(changed).rejects.toThrow("the text of split.file");
  });

  it.each([
    ["stores", { stores: [join(folder, "nowhere"), store] }, "nowhere"],
    [
      "init",
      { init: join(folder, "gone.safetensors"), sizes: undefined },
      "gone.safetensors: cannot be opened: got no such file. Check the path",
    ],
    ["split", { split: { file: join(folder, "gone.json") } }, "gone.json: cannot be opened"],
  ])("without what its %s names is refused, and lets go of the folder", async (name, changes, message) => {
    const failed = trainInFolder(jobOf(`refused-${name}`, changes), options);
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow(message);
    if (existsSync(join(folder, `refused-${name}`))) expect(locks(`refused-${name}`)).toEqual([]);
  });
});

async function logitsOf(model: PanlunaModel): Promise<Float32Array> {
  const graph = panlunaGraph(model, { outputs: ["logits"] });
  const session = await nodeEngine.createSession(graph, { threads: 1 });
  const { logits } = await session.run(randomFeeds(graph, { B: 3, C: 2, S: 4, dim: 3 }));
  await session.close();
  return logits.data as Float32Array;
}
