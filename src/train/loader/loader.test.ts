import { describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import { zscore } from "../../signal/index.ts";
import { type Corpus, planSampling, planSequential, selectRows } from "../sampling/index.ts";
import { type FakeStoreOptions, fakeStore } from "./fakeStore.ts";
import { type LoadedBatch, type Loader, type LoaderOptions, openLoader } from "./index.ts";

const EEG_ECG = ["FP1", "CZ", "O2", "II"];
const layout = Array.from({ length: 40 }, (_, row) => (row % 5 === 0 ? 1 : 0));
const mixed = (more: Partial<FakeStoreOptions> = {}) =>
  fakeStore({ layouts: [EEG_ECG, ["FP1", "CZ"]], layout, ...more });

const corpusOf = ({ name, windows }: ReturnType<typeof fakeStore>): Corpus => ({
  name,
  weight: 1,
  layout: windows.layout,
  rows: Uint32Array.from({ length: windows.count }, (_, row) => row),
});

const load = (store = mixed(), options: Partial<LoaderOptions> = {}): Loader =>
  openLoader([store], planSampling([corpusOf(store)], { seed: 3, windows: 16, micro: 4 }), { seed: 3, ...options });

async function batchesOf(loader: Loader, steps: readonly number[]): Promise<Omit<LoadedBatch, "waitedSeconds">[]> {
  const batches = [];
  for (const step of steps) {
    const { waitedSeconds, ...batch } = await loader.next(step);
    batches.push(batch);
  }
  await loader.close();
  return batches;
}

describe("a loader", () => {
  it("gives the windows of the plan, z-scored per channel, with their channels and labels", async () => {
    const store = mixed();
    const [{ microBatches, windows }] = await batchesOf(load(store), [5]);
    expect(microBatches.reduce((sum, { rows }) => sum + rows.length, 0)).toBe(windows);
    for (const { x, shape, channels, rows, labels, place, indices } of microBatches) {
      const raw = await store.read(rows);
      expect(shape).toEqual([rows.length, channels.length, 64]);
      for (let at = 0; at < raw.length; at += 64) {
        expect(x.subarray(at, at + 64)).toEqual(zscore(raw.subarray(at, at + 64), new Float32Array(64)));
      }
      expect(channels.map(({ name }) => name)).toEqual(store.windows.layout[rows[0]] === 0 ? EEG_ECG : ["FP1", "CZ"]);
      expect([...labels.get("half")!]).toEqual([...rows].map((row) => Number(row >= 20)));
      expect(indices[0]).toBe(microBatches.slice(0, place).reduce((sum, micro) => sum + micro.rows.length, 0));
    }
  });

  it("gives the same batch whatever was asked before, and however far it reads ahead", async () => {
    const augment = { gain: 0.2, noise: 0.1, shift: 0.05 };
    const options = {
      augment,
      dropout: { channels: 0.3, modality: 0.5 },
      crop: { nTimes: 32, place: "random" as const },
    };
    const all = await batchesOf(load(mixed(), options), [0, 1, 2, 3, 4, 5]);
    expect(await batchesOf(load(mixed(), { ...options, prefetch: 1 }), [4, 1, 2, 2, 5])).toEqual(
      [4, 1, 2, 2, 5].map((s) => all[s]),
    );
    expect(await batchesOf(load(mixed(), { ...options, seed: 4 }), [0])).not.toEqual(all.slice(0, 1));
  });

  it("shares a batch out over ranks", async () => {
    const [[whole], ...parts] = await Promise.all([
      batchesOf(load(), [2]),
      ...[0, 1, 2].map((rank) => batchesOf(load(mixed(), { part: { rank, size: 3 } }), [2])),
    ]);
    const together = parts.flatMap(([{ microBatches }]) => microBatches).sort((a, b) => a.place - b.place);
    expect(together).toEqual(whole.microBatches);
    expect(parts.map(([{ windows }]) => windows)).toEqual([1, 1, 1].map(() => whole.windows));
  });

  it("shows a smaller set-up and another reference, the same for every reading ahead and any ranks", async () => {
    const cap = ["FP1", "FP2", "CZ", "O1", "FP1-F7", "I", "II", "PPG"];
    const store = mixed({ layouts: [cap, ["FP1", "CZ"]] });
    const options = {
      augment: { gain: 0, noise: 0, shift: 0, reference: 0.6, montage: 0.6 },
      dropout: { channels: 0.2, modality: 0 },
      crop: { nTimes: 32, place: "centre" as const },
    };
    const steps = Array.from({ length: 30 }, (_, step) => step);
    const all = await batchesOf(load(store, options), steps);
    expect(await batchesOf(load(store, { ...options, prefetch: 1 }), [7, 3, 12])).toEqual(
      [7, 3, 12].map((s) => all[s]),
    );
    const parts = await Promise.all(
      [0, 1].map((rank) => batchesOf(load(store, { ...options, part: { rank, size: 2 } }), [5])),
    );
    const together = parts.flatMap(([{ microBatches }]) => microBatches).sort((a, b) => a.place - b.place);
    expect(together).toEqual(all[5].microBatches);
    const plain = await batchesOf(load(store, { crop: options.crop }), steps);
    const sets = new Set<string>();
    let asRecorded = 0;
    for (const [s, { microBatches }] of all.entries()) {
      for (const [m, { x, shape, channels, rows }] of microBatches.entries()) {
        const whole = plain[s].microBatches[m];
        expect(rows).toEqual(whole.rows);
        expect(channels.length).toBeGreaterThan(0);
        expect([shape[1], x.length]).toEqual([channels.length, rows.length * channels.length * 32]);
        sets.add(channels.map(({ name }) => name).join(" "));
        const at = (micro: typeof whole, name: string) => {
          const c = micro.channels.findIndex((channel) => channel.name === name);
          return micro.x.subarray(c * 32, (c + 1) * 32); // of the first window
        };
        for (const { name, sensor } of channels) {
          const same = at(whole, name).every((value, t) => value === at(microBatches[m], name)[t]);
          if (sensor !== "eeg" || name.includes("-"))
            expect(same).toBe(true); // no reference changes it
          else asRecorded += Number(same);
        }
      }
    }
    expect(sets.size).toBeGreaterThan(20);
    expect(asRecorded).toBeGreaterThan(50);
  });

  it("takes what is not a number as 0, and constant channels as 0", async () => {
    const sample = (_: number, c: number, t: number) =>
      c === 0 ? Number.NaN : c === 1 ? 7 : c === 2 && t === 3 ? Infinity : t;
    const [{ microBatches }] = await batchesOf(load(mixed({ sample })), [0]);
    const { x } = microBatches.find(({ channels }) => channels.length === 4)!;
    expect(x.subarray(0, 128).every((value) => value === 0)).toBe(true);
    expect(x.every(Number.isFinite)).toBe(true);
  });

  it("uses the sensors asked for, and refuses windows without any of them", async () => {
    const store = mixed();
    const rows = selectRows(store, { sensors: ["ecg"] });
    expect([...rows]).toEqual(layout.flatMap((l, row) => (l === 0 ? [row] : [])));
    const plan = planSequential([{ ...corpusOf(store), rows }], 8);
    const [{ microBatches }] = await batchesOf(openLoader([store], plan, { seed: 0, sensors: [["ecg"]] }), [0]);
    expect(microBatches[0].channels.map(({ name }) => name)).toEqual(["II"]);
    expect(microBatches[0].shape).toEqual([8, 1, 64]);
    await expect(load(store, { sensors: [["ppg"]] }).next(0)).rejects.toThrow(
      /fake: windows of layout layout\d have none of the sensors asked for: expected ppg, got e/,
    );
  });

  it("refuses a crop longer than the windows and stores of different rates", () => {
    expect(() => load(mixed(), { crop: { nTimes: 65, place: "centre" } })).toThrow(
      /option crop.*expected 1 to 64 samples, got 65/,
    );
    const stores = [mixed({ name: "a" }), mixed({ name: "b", sfreq: 128 })];
    expect(() => openLoader(stores, planSequential(stores.map(corpusOf), 4), { seed: 0 })).toThrow(
      /b: has another rate.*256 Hz, got 128 Hz/,
    );
  });
});

describe("reading ahead", () => {
  /** A store that notes what is read and lets the test say when. */
  function gated() {
    const reads: (() => void)[] = [];
    const store = mixed({ onRead: () => new Promise<void>((resolve) => void reads.push(resolve)) });
    return { store, reads };
  }
  const turn = () => new Promise((resolve) => setTimeout(resolve));

  it("stays within its bound", async () => {
    const { store, reads } = gated();
    const loader = load(store, { prefetch: 3 });
    const first = loader.next(0);
    await turn();
    expect(reads.length).toBe(4 + 3);
    for (const open of reads.splice(0)) open();
    await first;
    await turn();
    expect(reads.length).toBe(0); // nothing more until the next step is asked for
    const second = loader.next(1);
    await turn();
    expect(reads.length).toBe(1 + 3);
    for (const open of reads.splice(0)) open();
    expect((await second).step).toBe(1);
    await loader.close();
  });

  it("ends with the plan", async () => {
    const store = mixed();
    const loader = openLoader([store], planSequential([corpusOf(store)], 16), { seed: 0 });
    const batches = await batchesOf(loader, [0, 1, 2]);
    expect(batches.map(({ windows }) => windows)).toEqual([16, 16, 8]);
    await expect(openLoader([store], planSequential([corpusOf(store)], 16), { seed: 0 }).next(3)).rejects.toThrow(
      /step/,
    );
  });

  it("measures how long it was waited for", async () => {
    const slow = mixed({ onRead: () => new Promise((resolve) => setTimeout(resolve, 60)) });
    const loader = load(slow);
    expect((await loader.next(0)).waitedSeconds).toBeGreaterThan(0.05);
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect((await loader.next(1)).waitedSeconds).toBeLessThan(0.05);
    expect(loader.waited()).toBeGreaterThan(0.05);
    await loader.close();
  });

  it("tells of a damaged shard when its step comes, and is closed then", async () => {
    const damaged = new FormatError({ where: "c/3/0", what: "is missing" });
    let reads = 0;
    const store = mixed({
      onRead: () => {
        if (++reads > 4) throw damaged;
      },
    });
    const loader = load(store);
    expect((await loader.next(0)).step).toBe(0);
    await expect(loader.next(1)).rejects.toBe(damaged);
    await expect(loader.next(2)).rejects.toThrow("loader: is closed");
  });

  it("lets go of who waits when it is closed", async () => {
    const { store } = gated();
    const loader = load(store);
    const waiting = loader.next(0);
    await loader.close();
    await expect(waiting).rejects.toThrow("loader: is closed");
    await loader.close();
  });
});
