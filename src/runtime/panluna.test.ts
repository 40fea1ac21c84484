import { afterAll, describe, expect, it } from "vitest";
import { SignalError, UsageError } from "../errors.ts";
import { initializeWeights, panlunaGraph, widthOf } from "../model/index.ts";
import { planContract, type Recording, recordingFromArrays, windowBatches } from "../signal/index.ts";
import { taskOutputs } from "../task/index.ts";
import { nodeEngine } from "./node.ts";
import { PanLuna } from "./panluna.ts";
import type { Engine } from "./session.ts";
import { workerEngine } from "./worker/node.ts";

const SIZES = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 2, numQueries: 2, mlpRatio: 4 };
const HEAD = { kind: "reconstruct", numChannelNames: 104 } as const;

function small(engine: Engine = nodeEngine): PanLuna {
  return PanLuna.untrained(engine, { sizes: SIZES, head: HEAD, threads: 1, seed: 3 });
}

/** EEG at 256 Hz and one PPG at 64 Hz: waves with a little noise, the same every time. */
function night(seconds: number, labels = ["EEG Cz", "EEG TP9", "PPG"]): Recording {
  const wave = (sfreq: number, c: number) =>
    Float64Array.from({ length: seconds * sfreq }, (_, i) => 20 * Math.sin((0.7 + c) * (i / sfreq)) + Math.sin(i * i));
  const channels = labels.map((label, c) => {
    const sfreq = label === "PPG" ? 64 : 256;
    return { label, sfreq, unit: label === "PPG" ? "" : "uV", samples: wave(sfreq, c) };
  });
  return recordingFromArrays(channels, { name: "night" });
}

describe("PanLuna on a recording", () => {
  const models: PanLuna[] = [];
  const track = (model: PanLuna): PanLuna => {
    models.push(model);
    return model;
  };
  afterAll(async () => {
    for (const model of models) await model.close();
  });

  it("embeds every window as the plain graph does, whatever the batch size", async () => {
    const recording = night(33);
    const model = track(small());
    const { embeddings, shape, epochs } = await model.embed(recording, { batchSize: 4 });
    expect(shape).toEqual([6, widthOf(SIZES)]);
    expect(epochs.map(({ onset }) => onset)).toEqual([0, 5, 10, 15, 20, 25]);
    const single = await model.embed(recording, { batchSize: 1 });
    expect(largest(embeddings, single.embeddings)).toBeLessThan(1e-5);
    expect(largest(embeddings, await plainEmbeddings(recording))).toBeLessThan(1e-5);
  });

  it("gives the same from a session on its own thread", async () => {
    const recording = night(12);
    const here = await track(small()).embed(recording);
    const there = track(small(workerEngine));
    expect((await there.embed(recording)).embeddings).toEqual(here.embeddings);
    expect(await there.secondsInModel()).toBeGreaterThan(0);
  });

  it("reports progress as windows finish, and stops where it is told to", async () => {
    const steps: number[] = [];
    const abort = new AbortController();
    const run = track(small()).embed(night(60), {
      batchSize: 2,
      signal: abort.signal,
      onProgress(done, total) {
        steps.push(done);
        expect(total).toBe(12);
        if (done >= 4) abort.abort(new Error("enough"));
      },
    });
    await expect(run).rejects.toThrow("enough");
    expect(steps).toEqual([2, 4]);
  });

  it("says how long a window may be when none fits", async () => {
    const error = await track(small())
      .embed(night(3))
      .catch((e: unknown) => e);
    expect(error).toBeInstanceOf(SignalError);
    expect(String(error)).toContain("at most 3 s");
  });

  it("refuses windows that are not whole patches, and says which length would do", async () => {
    const run = track(small()).embed(night(12), { windowSeconds: 5.1 });
    await expect(run).rejects.toThrow("expected a multiple of 0.125 s, got 5.1 s. Take 5.125 s");
    const { shape } = await track(small()).embed(night(12), { windowSeconds: 5.125 });
    expect(shape[0]).toBe(2);
  });

  it("gives as many windows of a reconstruction as were asked for", async () => {
    const { shape, original, mask, epochs } = await track(small()).reconstruct(night(31), {
      maxWindows: 3,
      batchSize: 2,
    });
    expect([...shape, original.length, mask.length, epochs.length]).toEqual([3, 3, 1280, 3 * 3 * 1280, 360, 3]);
  });

  it("hides half of the patches, the same ones for the same seed, and leaves the original alone", async () => {
    const model = track(small());
    const first = await model.reconstruct(night(11), { seed: 5 });
    const again = await model.reconstruct(night(11), { seed: 5, batchSize: 1 });
    const other = await model.reconstruct(night(11), { seed: 6 });
    expect(first.shape).toEqual([2, 3, 1280]);
    expect(first.mask).toEqual(again.mask);
    expect(first.mask).not.toEqual(other.mask);
    expect(first.original).toEqual(other.original);
    for (const window of [first.mask.subarray(0, 120), first.mask.subarray(120)]) {
      expect(window.reduce((sum, hidden) => sum + hidden, 0)).toBe(60);
    }
    expect(largest(first.reconstruction, again.reconstruction)).toBeLessThan(1e-5);
  });

  it("hides whole channels by name and measures only what was hidden", async () => {
    const { mask, explained } = await track(small()).reconstruct(night(6), { maskChannels: ["ppg"] });
    expect([...mask]).toEqual(Array.from({ length: 120 }, (_, i) => Number(i >= 80)));
    expect(explained.map(Number.isNaN)).toEqual([true, true, false]);
    await expect(track(small()).reconstruct(night(6), { maskChannels: ["OZ"] })).rejects.toThrow("CZ, TP9, PPG");
  });

  it("lends an electrode outside the table the row of its nearest neighbour, and says so", async () => {
    const { substituted } = await track(small()).reconstruct(night(6, ["EEG Cz", "EEG AFp1"]));
    // FPZ lies 20 mm away; the next ones, AF3 and FP1, 24 and 27 mm
    expect(substituted).toEqual([{ name: "AFP1", takenFrom: "FPZ" }]);
  });

  it("explains the variance that it explains: all for a copy, none for the mean", async () => {
    const { explained, original, reconstruction, mask } = await track(small()).reconstruct(night(6));
    const hidden = [...original.keys()].filter((i) => i < 1280 && mask[Math.floor(i / 32)] === 1);
    const mean = hidden.reduce((sum, i) => sum + original[i], 0) / hidden.length;
    const total = hidden.reduce((sum, i) => sum + (original[i] - mean) ** 2, 0);
    const residual = hidden.reduce((sum, i) => sum + (original[i] - reconstruction[i]) ** 2, 0);
    expect(explained[0]).toBeCloseTo(1 - residual / total, 6);
  });

  it("predicts with a classification head only", async () => {
    const head = { kind: "classify", numClasses: 3 } as const;
    const model = track(PanLuna.untrained(nodeEngine, { sizes: SIZES, head, threads: 1 }));
    const { logits, shape } = await model.predict(night(11));
    expect(shape).toEqual([2, 3]);
    expect(logits.every(Number.isFinite)).toBe(true);
    await expect(model.reconstruct(night(11))).rejects.toBeInstanceOf(UsageError);
    await expect(track(small()).predict(night(11))).rejects.toBeInstanceOf(UsageError);
  });

  it("says what its task says: probabilities, a summary, where the queries look", async () => {
    const task = {
      name: "stage",
      spec: { kind: "multiclass", title: "", classes: ["W", "N", "R"] },
      nTimes: 768,
    } as const;
    const head = { kind: "classify", numClasses: 3 } as const;
    const model = track(PanLuna.untrained(nodeEngine, { sizes: SIZES, head, threads: 1, task }));
    const result = await model.predict(night(20), { attention: true, batchSize: 4 });
    expect(model.task).toBe(task);
    expect(result).toMatchObject({ task, shape: [6, 3], summary: { windows: 6, leftOut: 0 } });
    expect(result.windows.map(({ onset, duration, counts }) => [onset, duration, counts])).toEqual(
      [0, 3, 6, 9, 12, 15].map((onset) => [onset, 3, true]),
    );
    const outputs = taskOutputs(result.logits, task);
    expect(result.outputs).toEqual(outputs);
    const first = outputs.filter((_, i) => i % 3 === 0);
    expect(result.summary?.outputs[0].mean).toBeCloseTo(first.reduce((sum, p) => sum + p, 0) / 6, 15);

    const sums = new Float64Array(6);
    for await (const { outputs } of model.values(night(20), ["cross_attn.scores"], { windowSeconds: 3 })) {
      const { data, shape } = outputs["cross_attn.scores"];
      expect(shape).toEqual([6, 24, 2, 3]);
      for (let i = 0; i < data.length; i++) sums[i % 6] += Number(data[i]) / (6 * 24);
    }
    expect(largest(result.attention!.scores, sums)).toBeLessThan(1e-6);
    expect(result.attention!.numQueries).toBe(2);
    const plain = await model.predict(night(20));
    expect(plain.attention).toBeUndefined();
    expect(largest(plain.logits, result.logits)).toBeLessThan(1e-5);
  });

  it("lets windows without a sound channel be, and says so", async () => {
    const task = {
      name: "rate",
      spec: { kind: "regression", title: "", classes: [], unit: "bpm" },
      nTimes: 1280,
    } as const;
    const head = { kind: "classify", numClasses: 1 } as const;
    const model = track(PanLuna.untrained(nodeEngine, { sizes: SIZES, head, threads: 1, task }));
    const samples = Float64Array.from({ length: 15 * 64 }, (_, i) => (i >= 320 && i < 640 ? 7 : Math.sin(i / 9)));
    const recording = recordingFromArrays([{ label: "PPG", sfreq: 64, unit: "", samples }], { name: "wrist" });
    const { windows, summary, outputs, warnings } = await model.predict(recording);
    expect(windows.map(({ counts }) => counts)).toEqual([true, false, true]);
    expect(windows[1].flagged).toEqual([{ name: "PPG", flags: ["flat"], bad: true }]);
    expect(summary).toMatchObject({ windows: 2, leftOut: 1, decided: [] });
    expect(summary?.outputs[0].mean).toBeCloseTo((outputs![0] + outputs![2]) / 2, 12);
    expect(warnings[0]).toBe("1 of 3 windows do not count: every channel is bad in them.");
  });

  it("hands out any value of the network by name", async () => {
    const shapes: (readonly number[])[] = [];
    for await (const { outputs } of track(small()).values(night(6), ["cross_attn.scores", "blocks.1"])) {
      shapes.push(outputs["cross_attn.scores"].shape, outputs["blocks.1"].shape);
    }
    expect(shapes).toEqual([
      [1, 40, 2, 3],
      [1, 40, 32],
    ]);
  });
});

/** The same embeddings from windows and graph alone: raw locations in, no montage made beforehand. */
async function plainEmbeddings(recording: Recording): Promise<number[]> {
  const { montageFeeds, repeated } = await import("./windowRunner.ts");
  const contract = planContract(recording.channels);
  const model = { sizes: SIZES, head: HEAD, weights: initializeWeights(SIZES, HEAD, 3) };
  const session = await nodeEngine.createSession(panlunaGraph(model, { outputs: ["latent"] }), { threads: 1 });
  const rows: number[] = [];
  for await (const { x, shape } of windowBatches(recording, contract, { windowSeconds: 5 })) {
    const montage = Object.entries(montageFeeds(contract)).map(([name, t]) => [name, repeated(t, shape[0])]);
    const { latent } = await session.run({ x: { dtype: "float32", shape, data: x }, ...Object.fromEntries(montage) });
    const [batch, patches, width] = latent.shape;
    for (let b = 0; b < batch; b++) {
      for (let w = 0; w < width; w++) {
        let sum = 0;
        for (let s = 0; s < patches; s++) sum += Number(latent.data[(b * patches + s) * width + w]);
        rows.push(sum / patches);
      }
    }
  }
  await session.close();
  return rows;
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  expect(a.length).toBe(b.length);
  return Array.from({ length: a.length }, (_, i) => Math.abs(a[i] - b[i])).reduce((most, d) => Math.max(most, d), 0);
};
