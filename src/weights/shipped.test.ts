import { describe, expect, it } from "vitest";
import { maxDifference } from "../../test/close.ts";
import { headBytes, pretrainedBytes, RATE, STAGES, standInWeights } from "../../test/standInWeights.ts";
import { FormatError, UsageError, WeightsError } from "../errors.ts";
import { modelFromCheckpoint } from "../model/index.ts";
import { readStateDict } from "../model/stateDict.ts";
import { attachHead, readHead } from "../task/index.ts";
import { readManifest } from "./manifest.ts";
import { checkShipped, type ReadShippedFile, readShipped } from "./shipped.ts";

const folder = await standInWeights();
const encoder = folder.get("encoder.safetensors")!;

/** Reads from a folder with some files replaced; `undefined` removes one. */
const reading =
  (changes: Readonly<Record<string, Uint8Array | undefined>> = {}): ReadShippedFile =>
  async (file) => {
    const bytes = file in changes ? changes[file] : folder.get(file);
    if (bytes === undefined) throw Object.assign(new Error("gone"), { code: "ENOENT" });
    return bytes;
  };

const manifestWith = (change: (manifest: Record<string, never>) => void): Uint8Array => {
  const manifest = JSON.parse(new TextDecoder().decode(folder.get("manifest.json")));
  change(manifest);
  return new TextEncoder().encode(JSON.stringify(manifest));
};

describe("the weights of the package", () => {
  it("without a name are the encoder with its reconstruction head, rounded to float16", async () => {
    const { model, trained, task } = await readShipped(undefined, reading());
    expect([model.head, trained, task]).toEqual([{ kind: "reconstruct", numChannelNames: 5 }, true, undefined]);
    const exact = modelFromCheckpoint(readStateDict(pretrainedBytes(), "best"));
    for (const [name, { data }] of exact.weights) {
      const largest = (data as Float32Array).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      expect(maxDifference(model.weights.get(name)!.data, data), name).toBeLessThanOrEqual(largest * 2 ** -11);
    }
  });

  it("of a task are its head on the encoder, adapters merged", async () => {
    const { model, task } = await readShipped("sleep-stage", reading());
    expect([task, model.head]).toEqual([STAGES, { kind: "classify", numClasses: 3 }]);
    const head = readHead(folder.get("sleep-stage.safetensors")!, "h");
    expect(head.adapters?.tensors.size).toBeGreaterThan(0);
    const base = modelFromCheckpoint(readStateDict(encoder, "e"));
    expect(model.weights).toEqual(attachHead(base, head).weights);
    expect((await readShipped("heart-rate", reading())).task).toEqual(RATE);
  });

  it("names the tasks that there are", async () => {
    const failed = readShipped("sleep", reading());
    await expect(failed).rejects.toThrow(UsageError);
    await expect(failed).rejects.toThrow(
      "sleep: is no task that comes with this package: expected one of heart-rate, sleep-stage",
    );
    await expect(readShipped("constructor", reading())).rejects.toThrow(UsageError);
  });

  const flipped = encoder.slice();
  flipped[flipped.length - 3] ^= 1;
  it.each<[string, Record<string, Uint8Array | undefined>, RegExp]>([
    [
      "one changed bit",
      { "encoder.safetensors": flipped },
      /^encoder\.safetensors: is damaged: expected SHA-256 .* Install panluna again/,
    ],
    [
      "a missing end",
      { "encoder.safetensors": encoder.slice(0, -1) },
      /^encoder\.safetensors: is damaged: expected \d+ bytes, got \d+/,
    ],
    [
      "a missing file",
      { "encoder.safetensors": undefined },
      /^encoder\.safetensors: is missing .* got ENOENT\. Install/,
    ],
    ["a missing head", { "sleep-stage.safetensors": undefined }, /^sleep-stage\.safetensors: is missing/],
    ["no manifest", { "manifest.json": undefined }, /^manifest\.json: is missing/],
    [
      "a manifest that is none",
      { "manifest.json": Uint8Array.of(123) },
      /^manifest\.json: does not describe.*got no JSON/,
    ],
    [
      "a newer manifest",
      { "manifest.json": manifestWith((m) => Object.assign(m, { version: 2 })) },
      /newer version of panluna.* got version 2\. Update/,
    ],
  ])("with %s are refused", async (_, changes, message) => {
    const failed = readShipped("sleep-stage", reading(changes));
    await expect(failed).rejects.toThrow(FormatError);
    await expect(failed).rejects.toThrow(message);
    await expect(checkShipped(reading(changes))).rejects.toThrow(message);
  });

  it("are all checked at once", async () => {
    expect(await checkShipped(reading())).toEqual(readManifest(folder.get("manifest.json")!));
  });

  it("take another head in place of that of a task only", async () => {
    const head = { name: "mine", bytes: await headBytes(encoder, RATE, true) };
    expect((await readShipped(undefined, reading(), {}, head)).task).toEqual(RATE);
    await expect(readShipped("heart-rate", reading(), {}, head)).rejects.toThrow(/^mine: is another head/);
    const elsewhere = { name: "other", bytes: await headBytes(pretrainedBytes(), RATE, true) };
    await expect(readShipped(undefined, reading(), {}, elsewhere)).rejects.toThrow(WeightsError);
    const build = { head: { kind: "none" } } as const;
    await expect(readShipped("heart-rate", reading(), build)).rejects.toThrow(/brings its own head/);
    expect((await readShipped(undefined, reading(), build)).model.head).toEqual({ kind: "none" });
  });
});

describe("a manifest", () => {
  it.each<[string, (manifest: Record<string, never>) => void]>([
    ["a file in another folder", (m) => Object.assign(m["encoder"], { file: "../encoder.safetensors" })],
    ["no checksum", (m) => Object.assign(m["encoder"], { sha256: "x" })],
    ["no size", (m) => Object.assign(m["encoder"], { bytes: "1" })],
    ["no encoder", (m) => void delete m["encoder"]],
    ["a task without a title", (m) => Object.assign(m["tasks"]["heart-rate"], { title: 1 })],
    ["a task with a path for a name", (m) => Object.assign(m["tasks"], { "a/b": m["tasks"]["heart-rate"] })],
    ["another format", (m) => Object.assign(m, { format: "x" })],
    ["no version", (m) => Object.assign(m, { version: "1" })],
  ])("with %s is refused", (_, change) => {
    expect(() => readManifest(manifestWith(change))).toThrow(/does not describe the weights of this package/);
  });
});
