import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { applyChain } from "./chain.ts";
import type { Contract, UsedChannel } from "./contract.ts";
import { noise } from "./pairs/reference.ts";
import { type Recording, recordingFromArrays, type Segment } from "./recording.ts";
import { planRecordingWindows, type WindowBatch, type WindowBatchOptions, windowBatches } from "./windowBatches.ts";
import { zscore } from "./zscore.ts";

const SEGMENTS: readonly Segment[] = [
  { onset: 0, duration: 70.004 },
  { onset: 100, duration: 3 },
  { onset: 200, duration: 151.6 },
];

/** Four channels at three rates over three segments: drift, hum and noise in volts and a.u. */
function makeRecording(): { recording: Recording; samples: Map<string, Float64Array[]> } {
  const channels = [
    { label: "Fp1", sfreq: 250, unit: "V", seed: 1 },
    { label: "F7", sfreq: 250, unit: "V", seed: 2 },
    { label: "ECG", sfreq: 500, unit: "mV", seed: 3 },
    { label: "BVP", sfreq: 64, unit: "", seed: 4 },
  ].map(({ seed, ...channel }) => {
    const gain = channel.unit === "V" ? 1e-6 : 1;
    const parts = SEGMENTS.map(({ duration }, s) => {
      const n = Math.round(duration * channel.sfreq);
      return noise({ seed: seed + 10 * s, n, walk: 0.02 }).map((v, i) => gain * (300 + 50 * v + 0.1 * (i % 5000)));
    });
    return { ...channel, parts };
  });
  const arrays = channels.map(({ label, sfreq, unit, parts }) => {
    const samples = Float64Array.from(parts.flatMap((part) => [...part]));
    return { label, sfreq, unit, samples };
  });
  return {
    recording: recordingFromArrays(arrays, { segments: SEGMENTS }),
    samples: new Map(channels.map(({ label, parts }) => [label, parts])),
  };
}

/** Made once: no test changes it. */
const made = makeRecording();
const recorded = () => made;

const USED: readonly UsedChannel[] = [
  { name: "II", sensor: "ecg", location: [0, 0], plus: 2, sfreq: 500, unit: "mV", scale: 1 },
  { name: "FP1-F7", sensor: "eeg", location: [0, 0, 0], plus: 0, minus: 1, sfreq: 250, unit: "uV", scale: 1e6 },
  { name: "PPG", sensor: "ppg", location: [0, 0], plus: 3, sfreq: 64, unit: "a.u.", scale: 1 },
];
const contractOf = (used: readonly UsedChannel[]): Contract => ({
  used,
  dropped: [],
  renamed: [],
  derived: [],
  resampled: [],
  upsampled: [],
  unitsConverted: [],
});

async function collect(recording: Recording, options: WindowBatchOptions, used = USED): Promise<WindowBatch[]> {
  const batches: WindowBatch[] = [];
  for await (const batch of windowBatches(recording, contractOf(used), options)) batches.push(batch);
  return batches;
}

/** What the whole-signal chain gives for one used channel of one segment. */
function whole(samples: Map<string, Float64Array[]>, { sensor, sfreq, name }: UsedChannel, s: number): Float64Array {
  const [fp1, f7] = [samples.get("Fp1")![s], samples.get("F7")![s]];
  const sources: Record<string, Float64Array> = {
    II: samples.get("ECG")![s],
    "FP1-F7": fp1.map((v, i) => 1e6 * (v - f7[i])),
    PPG: samples.get("BVP")![s],
  };
  return applyChain(sources[name], sensor, sfreq).samples;
}

/** Largest difference between the windows and the whole-signal chain cut at the same places, z-scored. */
function worstWindow(batches: readonly WindowBatch[], samples: Map<string, Float64Array[]>): number {
  const filtered = USED.map((used) => SEGMENTS.map((_, s) => whole(samples, used, s)));
  let worst = 0;
  for (const { x, shape, windows } of batches) {
    windows.forEach((window, row) => {
      USED.forEach((_, c) => {
        const wanted = zscore(filtered[c][window.segment].subarray(window.from, window.to), new Float32Array(shape[2]));
        const got = x.subarray((row * shape[1] + c) * shape[2], (row * shape[1] + c + 1) * shape[2]);
        wanted.forEach((v, i) => {
          worst = Math.max(worst, Math.abs(v - got[i]));
        });
      });
    });
  }
  return worst;
}

describe("windowBatches", () => {
  it.each([
    { windowSeconds: 5, batchSize: 4, blockSeconds: 600 },
    { windowSeconds: 5, batchSize: 4, blockSeconds: 7.3 },
    { windowSeconds: 5, hopSeconds: 1.7, blockSeconds: 30 },
    { windowSeconds: 30, remainder: "shift", blockSeconds: 50 },
  ] as const)("equals the whole-signal chain of each segment, cut and z-scored: %o", async (options) => {
    const { recording, samples } = recorded();
    const batches = await collect(recording, options);
    const plan = planRecordingWindows(recording, contractOf(USED), options);
    expect(batches.flatMap(({ windows }) => windows)).toEqual(plan.windows);
    expect(plan.windows.length).toBeGreaterThan(6);
    for (const { shape, windows } of batches) expect(shape).toEqual([windows.length, 3, options.windowSeconds * 256]);
    expect(worstWindow(batches, samples)).toBeLessThan(1e-6); // float32 of values up to 10
  });

  it("gives the same windows for a range as for the whole, reading only what it needs", async () => {
    const { recording, samples } = recorded();
    const reads: [number, number][] = [];
    const watched: Recording = {
      ...recording,
      read: (request) => {
        reads.push([request!.from!, request!.to!]);
        return recording.read(request);
      },
    };
    const options = { windowSeconds: 5, range: { from: 321, to: 333 }, blockSeconds: 11, quality: false } as const;
    const batches = await collect(watched, options, USED);
    expect(batches.flatMap(({ windows }) => windows.map(({ onset }) => onset))).toEqual([321, 326]);
    expect(worstWindow(batches, samples)).toBeLessThan(1e-6);
    expect(Math.max(...reads.map(([from, to]) => to - from))).toBeLessThanOrEqual(11 + 1e-9);
    expect(Math.min(...reads.map(([from]) => from))).toBeGreaterThan(10); // 121 s into the segment, minus 105 s
    expect(batches[0].quality[0]).toEqual([]);
  });

  it("judges the unfiltered channels of each window", async () => {
    const { recording } = recorded();
    const [sfreq, read] = [500, recording.read.bind(recording)];
    const spoiled: Recording = {
      ...recording,
      async read(request) {
        const blocks = await read(request);
        const ecg = request!.channels!.indexOf(2);
        if (request!.segment !== 2 || ecg < 0) return blocks;
        const first = Math.round(request!.from! * sfreq);
        // 10 to 15 s after the start of segment 2: lost contact, then two missing samples
        blocks[ecg].forEach((_, i) => {
          if (first + i >= 10 * sfreq && first + i < 15 * sfreq) blocks[ecg][i] = 2;
          if (first + i === 16 * sfreq || first + i === 16 * sfreq + 1) blocks[ecg][i] = Number.NaN;
        });
        return blocks;
      },
    };
    const batches = await collect(spoiled, { windowSeconds: 5, blockSeconds: 3.9, batchSize: 100 });
    expect(batches.length).toBe(1);
    const { windows, quality, x, chainReport } = batches[0];
    const flagged = windows.flatMap(({ onset }, w) => (quality[w][0].flags.includes("flat") ? [onset] : []));
    expect(flagged).toEqual([210]);
    const row = windows.findIndex(({ onset }) => onset === 215);
    expect(quality[row][0].nonFiniteShare).toBeCloseTo(2 / 2500, 12);
    expect(quality[row][1].nonFiniteShare).toBe(0);
    expect(x.every(Number.isFinite)).toBe(true);
    expect(chainReport.map(({ name }) => name)).toEqual(["II", "FP1-F7", "PPG"]);
    expect(chainReport[0].missing.count).toBe(2);
    expect(chainReport[0].missing.ranges).toEqual([{ onset: 216, duration: 2 / 500 }]);
    expect(chainReport[2]).toMatchObject({ upsampleFirst: true, ratio: { up: 4, down: 1 }, missing: { count: 0 } });
  });

  it("cuts around annotations, and leaves units alone on request", async () => {
    const { recording, samples } = recorded();
    const annotations = [230, 20.5, 101, 231].map((onset) => ({ onset, duration: 0, text: "stimulus" }));
    const options = {
      windowSeconds: 2,
      align: { annotations, offset: -0.5 },
      zscore: false,
      blockSeconds: 20,
    } as const;
    const [batch] = await collect(recording, options);
    expect(batch.windows.map(({ onset, annotation }) => [onset, annotation])).toEqual([
      [20, 1],
      [100.5, 2],
      [229.5, 0],
      [230.5, 3],
    ]);
    const { from, to } = batch.windows[3];
    const eeg = whole(samples, USED[1], 2).subarray(from, to);
    const got = batch.x.subarray((3 * 3 + 1) * 512, (3 * 3 + 2) * 512);
    got.forEach((v, i) => {
      expect(Math.abs(v - eeg[i])).toBeLessThan(1e-4); // uV, float32
    });
  });

  it("stops when aborted", async () => {
    const { recording } = recorded();
    const abort = new AbortController();
    const batches = windowBatches(recording, contractOf(USED), {
      windowSeconds: 5,
      batchSize: 1,
      signal: abort.signal,
    });
    await batches.next();
    abort.abort(new Error("enough"));
    await expect(
      (async () => {
        for await (const _ of batches);
      })(),
    ).rejects.toThrow("enough");
  });

  it("refuses what does not fit, before reading", async () => {
    const { recording } = recorded();
    const first = (used: readonly UsedChannel[], options: Partial<WindowBatchOptions> = {}) =>
      windowBatches(recording, contractOf(used), { windowSeconds: 5, ...options }).next();
    await expect(first([])).rejects.toThrow(SignalError);
    await expect(first([{ ...USED[1], minus: 2 }])).rejects.toThrow(/channel 2 at 250 Hz, got 500 Hz/);
    await expect(first([{ ...USED[0], plus: 9 }])).rejects.toThrow(/no such channel/);
    await expect(first(USED, { batchSize: 0 })).rejects.toThrow(SignalError);
    await expect(first(USED, { range: { from: 5, to: Number.NaN } })).rejects.toThrow(/range/);
    await expect(first(USED, { chain: { band: [1, 200] } })).rejects.toThrow(SignalError);
    const short: Recording = { ...recording, read: async (r) => (await recording.read(r)).map((x) => x.slice(1)) };
    await expect(windowBatches(short, contractOf(USED), { windowSeconds: 5 }).next()).rejects.toThrow(/another number/);
  });
});
