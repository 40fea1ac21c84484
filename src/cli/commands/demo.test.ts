import { describe, expect, it } from "vitest";
import { nodeEngine } from "../../runtime/node.ts";
import { PanLuna } from "../../runtime/panluna.ts";
import type { TrainedTask } from "../../task/index.ts";
import { fakeRecording, fakeWorld } from "../fakeEffects.ts";

const SLEEP: TrainedTask = {
  name: "stage",
  spec: { kind: "binary", title: "Asleep or not", classes: ["awake", "asleep"] },
  nTimes: 512,
};

function world(channels: string[], task?: string) {
  const w = fakeWorld({ "package/samples/a.edf": fakeRecording(12, "a.edf") });
  const samples = [{ file: "a.edf", title: "A title", about: "Two waves", options: {}, expected: { channels }, task }];
  w.files.set("package/samples/samples.json", new TextEncoder().encode(JSON.stringify(samples)));
  return w;
}

describe("demo", () => {
  it("takes every sample from file to picture", async () => {
    const w = world(["CZ", "II"]);
    expect(await w.run("demo", "--out", "pictures")).toBe(0);
    expect(w.out).toMatch(/^A title\n {2}Two waves\.\n {2}a\.edf: 12 s, 3 channels; the model takes 1 ECG \+ 1 EEG\n/);
    expect(w.out).toMatch(/2 windows of 5 s embedded as 2 × 32 numbers/);
    expect(w.out).toMatch(/Untrained weights/);
    expect([...w.folders]).toEqual(["pictures"]);
    const svg = new TextDecoder().decode(w.files.get("pictures/panluna-demo.svg"));
    expect(svg).toMatch(/^<svg xmlns="[^"]+" width="1200" height="\d+"[^>]*><svg y="0" .*A title.*<\/svg><\/svg>$/s);
    expect(w.files.get("pictures/panluna-demo.png")!.slice(1, 4)).toEqual(new TextEncoder().encode("PNG"));
  });

  it("asks the task of a sample, with the weights of the package alone", async () => {
    const w = world(["CZ", "II"], "sleep");
    const { loadModel } = w.effects;
    const head = { kind: "classify", numClasses: 2 } as const;
    const sizes = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2, mlpRatio: 2 };
    w.effects.loadModel = async (options) => {
      if (options.task === undefined) return loadModel(options);
      expect(options.task).toBe("sleep");
      return PanLuna.untrained(nodeEngine, { head, sizes, threads: 1, task: SLEEP });
    };
    expect(await w.run("demo", "--out", "pictures")).toBe(0);
    expect(w.out).toMatch(/Task sleep\n {2}a\.edf: 6 windows of 2 s, .*awake +\d+ %.*asleep +\d+ %/s);
    expect(w.out).toMatch(/not a medical device/);
    expect(new TextDecoder().decode(w.files.get("pictures/panluna-demo.svg"))).toMatch(/Where the queries look/);
    expect(await w.run("demo", "--json", "--untrained")).toBe(0);
    expect(w.out.split("not a medical device")).toHaveLength(2); // of the first run
  });

  it("fails when a sample is not taken as its description says", async () => {
    const w = world(["CZ", "V1"]);
    expect(await w.run("demo", "--json")).toBe(1);
    expect(JSON.parse(w.out)).toMatchObject({
      ok: false,
      trained: false,
      clips: [{ asExpected: false, embeddings: [2, 32] }],
    });
  });
});
