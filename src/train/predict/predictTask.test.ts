import { afterAll, describe, expect, it } from "vitest";
import { SMALL, smallModel } from "../../../test/smallModel.ts";
import { SessionError, UsageError } from "../../errors.ts";
import { panlunaGraph } from "../../model/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import type { Session } from "../../runtime/session.ts";
import { taskOutputs } from "../../task/outputs.ts";
import type { TrainedTask } from "../../task/trainedTask.ts";
import { fakeRanks } from "../distributed/fakeRanks.ts";
import { fakeStore } from "../loader/fakeStore.ts";
import { openLoader } from "../loader/index.ts";
import { type Disturb, type Forward, predictTask } from "./index.ts";

const task: TrainedTask = {
  name: "half",
  spec: { kind: "binary", title: "first half or second", classes: ["first", "second"] },
  nTimes: 64,
};
const names = [
  ["FP1", "CZ", "II"],
  ["FP1", "CZ"],
] as const;
const store = fakeStore({ layouts: names, layout: [0, 1, 0, 0, 1, 0, 0, 0] });
const all = (count = 8) => Uint32Array.from({ length: count }, (_, row) => row);

/** Logits that tell windows apart: the first sample, and the sum of the squares of the samples over the channels. */
const probe: Forward = async ({ x, channel_locations, sensor_type }) => {
  const [batch, nChans, nTimes] = x.shape;
  expect(channel_locations.shape.slice(0, 2)).toEqual([batch, nChans]);
  expect(sensor_type.shape).toEqual([batch, nChans]);
  const data = Float32Array.from({ length: 2 * batch }, (_, i) => {
    const own = (x.data as Float32Array).subarray((i >> 1) * nChans * nTimes, ((i >> 1) + 1) * nChans * nTimes);
    return i % 2 === 0 ? own[0] : own.reduce((sum, v) => sum + v * v, 0) / (nTimes - 1);
  });
  return { dtype: "float32", shape: [batch, 2], data };
};

describe("predicting windows", () => {
  it("says which window each row is, in an order that the micro-batches do not change", async () => {
    const other = fakeStore({ layouts: [["PPG"]], layout: [0, 0], name: "other" });
    const stores = [
      { store, rows: [1, 2, 4, 6, 7] },
      { store: other, rows: [] },
      { store: { ...other, tasks: {}, windows: { ...other.windows, labels: new Map() } }, rows: [1] },
    ];
    const done: number[] = [];
    const found = await predictTask(stores, task, probe, { micro: 2, onProgress: (n) => void done.push(n) });
    expect([...found.store]).toEqual([0, 0, 0, 0, 0, 2]);
    expect([...found.row]).toEqual([2, 6, 7, 1, 4, 1]);
    expect([...found.target]).toEqual([0, 1, 1, 0, 1, Number.NaN]);
    expect(done).toEqual([2, 3, 5, 6]);
    expect(found.output).toEqual(taskOutputs(found.logits, task));
    for (const micro of [1, 3, 16]) expect(await predictTask(stores, task, probe, { micro })).toEqual(found);
    [3, 3, 3, 2, 2, 1].forEach((nChans, i) => void expect(found.logits[2 * i + 1]).toBeCloseTo(nChans, 4)); // z-scored
  });

  it("shows the model what is made of the windows, in parts and with the channels that each has", async () => {
    const plain = await predictTask([{ store, rows: all() }], task, probe, { micro: 3 });
    const seen: string[] = [];
    const disturb: Disturb = ({ x, shape: [batch, nChans, nTimes], channels, rows, indices }, from) => {
      expect(from).toBe(store);
      return Array.from({ length: batch }, (_, i) => {
        const w = batch - 1 - i; // the last window first
        seen.push(`${rows[w]}:${channels[1].name}`);
        const at = (w * nChans + 1) * nTimes;
        const own = { shape: [1, 1, nTimes] as const, channels: [channels[1]], indices: indices.subarray(w, w + 1) };
        return { ...own, x: x.slice(at, at + nTimes).map((v) => 2 * v) };
      });
    };
    const done: number[] = [];
    const onProgress = (n: number) => void done.push(n);
    const found = await predictTask([{ store, rows: all() }], task, probe, { micro: 3, disturb, onProgress });
    expect(seen).toHaveLength(8);
    expect(seen.slice(0, 3)).toEqual(["3:CZ", "2:CZ", "0:CZ"]);
    expect(found.row).toEqual(plain.row);
    found.row.forEach((_, i) => void expect(found.logits[2 * i + 1]).toBeCloseTo(4, 4)); // one channel, deviation 2
    expect(done).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(Array.from({ length: 8 }, (_, i) => found.logits[2 * i])).size).toBe(8);
  });

  it("takes the middle of longer windows, and only the sensors asked for", async () => {
    const ramp = fakeStore({ layouts: names, layout: [0], sample: (_, c, t) => (c === 2 ? t * t : t) });
    const forward: Forward = async (feeds) => {
      expect(feeds.x.shape).toEqual([1, 1, 4]);
      const values = feeds.x.data as Float32Array;
      const raw = [30, 31, 32, 33].map((t) => t * t);
      const mean = raw.reduce((a, b) => a + b) / 4;
      const std = Math.sqrt(raw.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 3);
      raw.forEach((v, i) => void expect(values[i]).toBeCloseTo((v - mean) / std, 3));
      return probe(feeds);
    };
    const short = { ...task, nTimes: 4, sensors: ["eeg", "ecg"] as const };
    await predictTask([{ store: ramp, rows: [0] }], short, forward, { sensors: ["ecg"] });
    expect.assertions(7);
  });

  it("gives every rank what one process gets", async () => {
    const stores = [{ store, rows: all() }];
    const alone = await predictTask(stores, task, probe, { micro: 2 });
    for (const size of [2, 3, 7]) {
      const results = await fakeRanks(size, (ranks) => predictTask(stores, task, probe, { micro: 2, ranks }));
      for (const found of results) expect(found).toEqual(alone);
    }
  });

  it("stops where it is told to, and closes what it opened", async () => {
    const controller = new AbortController();
    let closed = 0;
    const counted: typeof openLoader = (...args) => {
      const loader = openLoader(...args);
      const close = () => {
        closed++;
        return loader.close();
      };
      return { ...loader, close };
    };
    const stopping: Forward = async (feeds) => {
      controller.abort(new Error("enough"));
      return probe(feeds);
    };
    const options = { micro: 1, signal: controller.signal, startLoader: counted };
    await expect(predictTask([{ store, rows: all() }], task, stopping, options)).rejects.toThrow("enough");
    const failing = fakeStore({
      layouts: names,
      layout: [0, 0],
      onRead() {
        throw new Error("shard gone");
      },
    });
    const run = predictTask([{ store: failing, rows: [0] }], task, probe, { startLoader: counted });
    await expect(run).rejects.toThrow("shard gone");
    expect(closed).toBe(2);
  });

  it("refuses what does not fit the task", async () => {
    const predict = (changes: Partial<TrainedTask>, rows: readonly number[] = [0], forward = probe) =>
      predictTask([{ store, rows }], { ...task, ...changes }, forward);
    await expect(predict({}, [])).rejects.toThrow(UsageError);
    await expect(predict({}, [])).rejects.toThrow("there are no windows to predict");
    await expect(predict({ nTimes: 65 })).rejects.toThrow(/fake: its windows are shorter.*at least 65 samples, got 64/);
    const spec = { ...task.spec, classes: ["second", "first"] };
    await expect(predict({ spec })).rejects.toThrow(/fake, task half: is not the task.*\(second, first\), got binary/);
    const wide: Forward = async () => ({ dtype: "float32", shape: [1, 3], data: new Float32Array(3) });
    await expect(predict({}, [0], wide)).rejects.toThrow(SessionError);
    await expect(predict({}, [0], wide)).rejects.toThrow("logits: do not fit the windows: expected float32 [1, 2]");
  });
});

describe("a network", () => {
  let session: Session | undefined;
  afterAll(() => session?.close());

  it("says the same of a window alone and among others", async () => {
    const model = smallModel({ kind: "classify", numClasses: 2 }, SMALL);
    session = await nodeEngine.createSession(panlunaGraph(model, { outputs: ["logits"] }), { threads: 1 });
    const forward: Forward = async (feeds) => (await session!.run(feeds)).logits;
    const together = await predictTask([{ store, rows: all() }], task, forward);
    const single = await predictTask([{ store, rows: all() }], task, forward, { micro: 1 });
    expect(new Set(together.logits).size).toBe(16);
    together.logits.forEach((logit, i) => void expect(Math.abs(logit - single.logits[i])).toBeLessThan(1e-5));
  });
});
