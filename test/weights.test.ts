import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { FormatError, UsageError, WeightsError } from "../src/errors.ts";
import { readSafetensors } from "../src/formats/safetensors/safetensors.ts";
import { readManifest } from "../src/weights/manifest.ts";
import { readShippedFile } from "../src/weights/node.ts";
import { checkShipped } from "../src/weights/shipped.ts";
import { SHIPPED_URLS } from "../src/weights/urls.ts";
import { packWeights } from "../weights/make/packWeights.ts";
import { urlsModule } from "../weights/make/urlsModule.ts";
import { readChange, readFolder, writeFolder } from "../weights/make.ts";
import { smallModel } from "./smallModel.ts";
import { COMMIT, encoderChange, headBytes, pretrainedBytes, RATE, STAGES, standInWeights } from "./standInWeights.ts";

const scratch = mkdtempSync(join(tmpdir(), "panluna-weights-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const packed = await standInWeights();
const encoder = packed.get("encoder.safetensors")!;
const manifestOf = (bytes: Uint8Array | undefined) => readManifest(bytes!);
const task = (name: string, bytes: Uint8Array) => ({ tasks: new Map([[name, { name: "head.safetensors", bytes }]]) });

describe("weights/make.ts", () => {
  it("makes the same bytes of the same runs, and names all in the manifest", async () => {
    expect(await standInWeights()).toEqual(packed);
    expect([...packed.keys()]).toEqual([
      "manifest.json",
      "encoder.safetensors",
      "heart-rate.safetensors",
      "sleep-stage.safetensors",
    ]);
    expect(manifestOf(packed.get("manifest.json"))).toMatchObject({
      panluna: "1.0.0",
      encoder: { file: "encoder.safetensors", bytes: encoder.length },
      tasks: { "heart-rate": { title: "heart rate" }, "sleep-stage": { title: "stages of sleep" } },
    });
  });

  it("stores float16, what no training changes exactly, and where the weights come from", () => {
    const { tensors, metadata } = readSafetensors(encoder, "encoder");
    const whole = [...tensors].filter(([, { dtype }]) => dtype !== "F16").map(([name]) => name);
    expect(whole.sort()).toEqual([
      "blocks.0.attn.rotary_emb.freqs",
      "blocks.1.attn.rotary_emb.freqs",
      "cross_attn.temparature",
    ]);
    const source = { step: 9, seed: 3, config: "c0de", fingerprint: "da7a" };
    expect(JSON.parse(metadata["panluna.source"])).toEqual(source);
    expect(metadata).toMatchObject({ "panluna.commit": COMMIT, "panluna.licence": "Apache-2.0" });
    expect(JSON.parse(metadata["panluna.head"])).toEqual({ kind: "reconstruct", numChannelNames: 5 });
    const dtypes = [...readSafetensors(packed.get("sleep-stage.safetensors")!, "head").tensors.values()];
    expect(new Set(dtypes.map(({ dtype }) => dtype))).toEqual(new Set(["F16"]));
  });

  it("adds, replaces and drops tasks", async () => {
    const replaced = await packWeights(packed, task("heart-rate", await headBytes(encoder, RATE, true)), "1.0.1");
    expect(replaced.get("heart-rate.safetensors")).not.toEqual(packed.get("heart-rate.safetensors"));
    expect(replaced.get("sleep-stage.safetensors")).toEqual(packed.get("sleep-stage.safetensors"));
    const dropped = await packWeights(packed, { tasks: new Map(), drop: ["heart-rate"] }, "1.0.0");
    expect([...dropped.keys()]).toEqual(["manifest.json", "encoder.safetensors", "sleep-stage.safetensors"]);
    expect(await packWeights(packed, { tasks: new Map() }, "1.0.0")).toEqual(packed);
  });

  it("refuses heads that do not stand on the encoder as it is read back", async () => {
    const exact = packWeights(packed, task("x", await headBytes(pretrainedBytes(), STAGES, true)), "1");
    await expect(exact).rejects.toThrow(WeightsError);
    await expect(exact).rejects.toThrow(/^head\.safetensors: was trained on an encoder with other weights/);
    const other = smallModel({ kind: "reconstruct", numChannelNames: 5 });
    const weights = new Map(other.weights).set("norm.bias", other.weights.get("norm.weight")!);
    const moved = packWeights(packed, encoderChange(pretrainedBytes({ ...other, weights })), "1");
    await expect(moved).rejects.toThrow(/^heart-rate\.safetensors: was trained on an encoder with other weights/);
  });

  it("refuses what is no pretraining, and tasks that cannot be", async () => {
    const classifier = pretrainedBytes(smallModel({ kind: "classify", numClasses: 2 }));
    await expect(packWeights(packed, encoderChange(classifier), "1")).rejects.toThrow(
      /a reconstruction head, got a class/,
    );
    await expect(packWeights(packed, encoderChange(encoder), "1")).rejects.toThrow(FormatError);
    await expect(packWeights(new Map(), task("x", encoder), "1")).rejects.toThrow(/has no encoder yet/);
    await expect(packWeights(packed, task("x", encoder), "1")).rejects.toThrow(/is not the head of a task/);
    const head = await headBytes(encoder, RATE, false);
    await expect(packWeights(packed, task("encoder", head), "1")).rejects.toThrow(/cannot be the name of a task/);
    await expect(packWeights(packed, { tasks: new Map(), drop: ["x"] }, "1")).rejects.toThrow(/no task of the folder/);
  });

  it("reads its command line, and the folder that it wrote", () => {
    const best = join(scratch, "best.safetensors");
    writeFileSync(best, pretrainedBytes());
    const change = readChange(["--encoder", best, "--commit", COMMIT, "--task", `a-b=${best}`, "--drop", "c"]);
    const file = { name: "best.safetensors", bytes: readFileSync(best) };
    expect(change).toEqual({ encoder: { ...file, commit: COMMIT }, tasks: new Map([["a-b", file]]), drop: ["c"] });
    expect(() => readChange(["--encoder", best])).toThrow(UsageError);
    expect(() => readChange(["--task", best])).toThrow(/--task: cannot be read: expected NAME=FILE/);
    const folder = join(scratch, "weights");
    expect(readFolder(folder)).toEqual(new Map());
    writeFolder(folder, new Map(), packed);
    expect(readFolder(folder)).toEqual(packed);
    writeFolder(folder, packed, new Map([...packed].slice(0, 3)));
    expect(readdirSync(folder).sort()).toEqual(["encoder.safetensors", "heart-rate.safetensors", "manifest.json"]);
  });
});

describe("the list of files that pages fetch", () => {
  const module = readFileSync(new URL("../src/weights/urls.ts", import.meta.url), "utf8");

  it("is what weights/make.ts writes", () => {
    expect(module).toBe(urlsModule([...SHIPPED_URLS.keys()]));
  });

  it("leads from src and from dist to the folder of the package", () => {
    const folder = new URL("../weights/", import.meta.url).href;
    for (const [name, { href }] of SHIPPED_URLS) expect(href).toBe(folder + name);
  });
});

const shipped = fileURLToPath(new URL("../weights/manifest.json", import.meta.url));
describe.skipIf(!existsSync(shipped))("the shipped weights (needs weights/manifest.json)", () => {
  it("are whole, all in the list of files that pages fetch, and nothing else is in the folder", async () => {
    const { encoder: file, tasks } = await checkShipped(readShippedFile);
    const names = ["manifest.json", ...[file, ...Object.values(tasks)].map((each) => each.file)];
    expect([...SHIPPED_URLS.keys()].sort()).toEqual(names.sort());
    const there = readdirSync(join(shipped, "..")).filter((name) => /\.(safetensors|json)$/.test(name));
    expect(there.sort()).toEqual(names.sort());
  });
});
