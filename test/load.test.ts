import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { open, PanLuna } from "../src/node.ts";
import { readManifest } from "../src/weights/manifest.ts";
import { readShippedFile } from "../src/weights/node.ts";
import { headBytes, pretrainedBytes, STAGES } from "./standInWeights.ts";

const folder = mkdtempSync(join(tmpdir(), "panluna-load-"));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string) => join(folder, name);
writeFileSync(at("best.safetensors"), pretrainedBytes());
writeFileSync(at("head.safetensors"), await headBytes(pretrainedBytes(), STAGES, true));

describe("PanLuna.load in Node", () => {
  it("takes a path, a URL or the bytes, and a head in the same ways", async () => {
    for (const source of [at("best.safetensors"), pathToFileURL(at("best.safetensors")), pretrainedBytes()]) {
      const model = await PanLuna.load(source);
      expect([model.trained, model.task, model.model.head.kind]).toEqual([true, undefined, "reconstruct"]);
    }
    for (const head of [at("head.safetensors"), pathToFileURL(at("head.safetensors"))]) {
      const model = await PanLuna.load(at("best.safetensors"), { head });
      expect([model.trained, model.task, model.model.head]).toEqual([
        true,
        STAGES,
        { kind: "classify", numClasses: 3 },
      ]);
    }
  });

  it("names the file that cannot be opened, without its folder", async () => {
    await expect(PanLuna.load(at("gone.safetensors"))).rejects.toThrow(
      /^gone\.safetensors: cannot be opened: got ENOENT/,
    );
    const failed = PanLuna.load(at("best.safetensors"), { head: at("none.safetensors") });
    await expect(failed).rejects.toThrow(/^none\.safetensors: cannot be opened/);
  });

  it("has the network before training apart", () => {
    expect(PanLuna.untrained({ seed: 2 })).toMatchObject({ trained: false, model: { sizes: { embedDim: 64 } } });
  });
});

const shipped = new URL("../weights/manifest.json", import.meta.url);
describe.skipIf(!existsSync(shipped))("the shipped weights (needs weights/manifest.json)", () => {
  it("embed, reconstruct, and answer every task by its name", async () => {
    const sample = new URL("../samples/eegmat-rest.edf", import.meta.url);
    const recording = await open(sample);
    const model = await PanLuna.load(undefined, { threads: 1 });
    const options = { range: { from: 0, to: 10 } };
    const { embeddings, trained } = await model.embed(recording, options);
    expect([trained, embeddings.every(Number.isFinite)]).toEqual([true, true]);
    expect((await model.reconstruct(recording, { maxWindows: 1, batchSize: 1 })).trained).toBe(true);
    await model.close();
    await recording.close();
    for (const [name, { title }] of Object.entries(readManifest(await readShippedFile("manifest.json")).tasks)) {
      const { task, model: own } = await PanLuna.load(name);
      expect([task?.spec.title, own.head.kind]).toEqual([title, "classify"]);
    }
    await expect(PanLuna.load("no-such-task")).rejects.toThrow(/is no task that comes with this package/);
  });
});
