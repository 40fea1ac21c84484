import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStore, folderSource, openStore } from "./node.ts";
import { eeg, fakeMeta, fakeRows, ppg } from "./pairs/fakeWindows.ts";
import { memoryStore } from "./pairs/memoryStore.ts";
import type { WindowRow } from "./partWriter.ts";

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), "panluna-store-")), "fake");
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true }));

/** Largest difference of windows read from those written, in steps of the channel. */
function worstStep(read: Float32Array, rows: readonly WindowRow[], nChannels: number): number {
  let worst = 0;
  for (const [i, { x }] of rows.entries()) {
    for (let c = 0; c < nChannels; c++) {
      const own = x.subarray(c * 128, (c + 1) * 128);
      const step = Math.max(...own.map(Math.abs)) / 32767;
      const back = read.subarray(i * x.length + c * 128);
      for (let t = 0; t < 128; t++) worst = Math.max(worst, Math.abs(back[t] - own[t]) / step);
    }
  }
  return worst;
}

const all = (count: number) => Array.from({ length: count }, (_, i) => i);

describe("what is written comes back", () => {
  it("int16 within half a step, float32 exactly, in any order of rows", async () => {
    const rows = fakeRows("A", eeg, 50);
    for (const samples of ["int16", "float32"] as const) {
      const path = join(folder, "..", samples);
      const part = await (await createStore(path, fakeMeta({ samples }))).openPart("p");
      await part.append(eeg, rows.slice(0, 7));
      await part.append(eeg, rows.slice(7));
      await part.commit({});
      const store = await openStore(path);
      const read = await store.read(all(50));
      if (samples === "float32") expect(read).toEqual(Float32Array.from(rows.flatMap(({ x }) => [...x])));
      // half a step, and the rounding of scale and product to float32: 32767 · 2⁻²³ < 0.004
      else expect(worstStep(read, rows, 3)).toBeLessThanOrEqual(0.504);
      const picked = await store.read([49, 3, 3, 17]);
      const one = 3 * 128;
      for (const [at, row] of [49, 3, 3, 17].entries()) {
        expect(picked.slice(at * one, (at + 1) * one)).toEqual(read.slice(row * one, (row + 1) * one));
      }
      expect(await store.read([])).toHaveLength(0);
      await store.close();
    }
  });

  it("with its table: subjects, recordings, onsets, quality, labels of every kind, and NaN for none", async () => {
    const writer = await createStore(folder, fakeMeta());
    const part = await writer.openPart("p");
    await part.append(eeg, fakeRows("A", eeg, 3));
    await part.append(eeg, fakeRows("B", eeg, 1));
    part.assign("A", "train");
    await part.commit({ file: "a.edf" });
    const store = await openStore(folder);
    const { windows } = store;
    expect(store).toMatchObject({
      name: "fake",
      sfreq: 256,
      nTimes: 128,
      subjects: ["A", "B"],
      tasks: fakeMeta().tasks,
    });
    expect(store.recordings).toEqual(["A_0", "A_1", "B_0"]);
    expect([...windows.subject]).toEqual([0, 0, 0, 1]);
    expect([...windows.recording]).toEqual([0, 1, 0, 2]);
    expect([...windows.onset]).toEqual([0, 0.5, 1, 0]);
    expect([...windows.quality]).toEqual([1, 0.5, 1, 1]);
    expect([...(windows.labels.get("rest") ?? [])]).toEqual([1, Number.NaN, 1, 1]);
    expect([...(windows.labels.get("stage") ?? [])]).toEqual([0, Number.NaN, 2, 0]);
    expect([...(windows.labels.get("findings") ?? [])]).toEqual([1, 0, Number.NaN, Number.NaN, 1, 0, 1, 0]);
    expect([...(windows.labels.get("rate") ?? [])]).toEqual([60, Number.NaN, 62, 60]);
    expect([...store.officialSplit]).toEqual([["A", "train"]]);
    expect(await writer.provenance("p")).toEqual({ file: "a.edf" });
    await store.close();
  });

  it("from several parts and layouts in the order of part id, layout and writing, whatever the order of commits", async () => {
    const writer = await createStore(folder, fakeMeta());
    for (const id of ["c", "a", "b"]) {
      const part = await writer.openPart(id);
      await part.append(ppg, fakeRows(id, ppg, 40, 2));
      await part.append(eeg, fakeRows(id, eeg, 2));
      await part.append(ppg, fakeRows(`${id}2`, ppg, 1, 2));
      await part.commit({});
    }
    expect(await writer.committedParts()).toEqual(["a", "b", "c"]);
    const store = await openStore(folder);
    expect(store.layouts.map(({ channels }) => channels)).toEqual([eeg, ppg]);
    expect(store.layouts.map(({ id }) => id.slice(0, -9))).toEqual(["eeg2-ecg1", "ppg1"]);
    const expected = ["a", "b", "c"].flatMap((id) => [...Array(2).fill(id), ...Array(40).fill(id), `${id}2`]);
    expect([...store.windows.subject].map((i) => store.subjects[i])).toEqual(expected);
    expect([...store.windows.layout.slice(0, 4)]).toEqual([0, 0, 1, 1]);
    const b = fakeRows("b", ppg, 40, 2);
    expect(worstStep(await store.read(all(40).map((i) => 43 + 2 + i)), b, 1)).toBeLessThanOrEqual(0.504);
    await expect(store.read([0, 2])).rejects.toThrow(/different layouts in one batch.*windows 0 and 2/);
    await expect(store.read([0, 1e6])).rejects.toThrow(/no such window: expected 0 to 128, got 1000000/);
    await store.close();
  });

  it("over tables and shards of more than one chunk", async () => {
    const meta = fakeMeta({ windowSeconds: 1 / 256, tasks: {} });
    const count = 70_000; // one sample each: 16 windows a chunk, 4096 chunks a shard, 4096 rows a chunk of the table
    const part = await (await createStore(folder, meta)).openPart("p");
    const rows = all(count).map((i) => ({
      x: Float32Array.of(i % 1000),
      subject: `s${i % 7}`,
      recording: "r",
      onset: i,
      quality: 1,
      labels: {},
    }));
    await part.append(ppg, rows);
    await part.commit({});
    const [layout] = readdirSync(join(folder, "p")).filter((name) => name.startsWith("ppg"));
    expect(readdirSync(join(folder, "p", layout, "x", "c")).sort()).toEqual(["0", "1"]);
    expect(readdirSync(join(folder, "p", layout, "onset", "c"))).toHaveLength(18);
    const store = await openStore(folder);
    expect(store.windows.onset).toEqual(Float64Array.from(all(count)));
    expect(store.recordings).toHaveLength(7); // recordings of one name, each of another person
    const wanted = [0, 15, 16, 65535, 65536, 69999];
    const read = await store.read(wanted);
    for (const [i, row] of wanted.entries()) expect(read[i]).toBeCloseTo(row % 1000, 3);
    await store.close();
  });

  it("from a source that cannot list folders, once the store is finished; not from one left open", async () => {
    const writer = await createStore(folder, fakeMeta());
    const part = await writer.openPart("ä b");
    await part.append(eeg, fakeRows("A", eeg, 2));
    await part.commit({});
    await expect(openStore(memoryStore(folder))).rejects.toThrow(/not finished: it has no list of its parts/);
    await writer.finish({ hours: 1 });
    const store = await openStore(memoryStore(folder));
    const listed = await openStore(folderSource(folder));
    expect(await store.read([0, 1])).toEqual(await listed.read([0, 1]));
    expect(store.fingerprint).toBe(listed.fingerprint);
    await listed.close();
    expect(JSON.parse(readFileSync(join(folder, "zarr.json"), "utf8")).attributes.panluna.summary).toEqual({
      hours: 1,
    });
    const more = await writer.openPart("b"); // from here on the list would be wrong
    await expect(openStore(memoryStore(folder))).rejects.toThrow(/not finished/);
    await more.abort();
    expect(existsSync(join(folder, "b"))).toBe(false);
  });
});

describe("the fingerprint", () => {
  const write = async (name: string, rows: readonly WindowRow[], more = {}) => {
    const path = join(folder, "..", name);
    const part = await (await createStore(path, fakeMeta(more))).openPart("p");
    for (const row of rows) await part.append(eeg, [row]);
    await part.commit({ at: name });
    const store = await openStore(path);
    await store.close();
    return store.fingerprint;
  };

  it("is equal for equal content and another for any other", async () => {
    const rows = fakeRows("A", eeg, 4);
    const first = await write("one", rows);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await write("two", rows, { title: "another title" })).toBe(first);
    const others = [
      await write("three", rows.slice(1)),
      await write("four", [...rows.slice(0, 3), { ...rows[3], labels: { rest: 0 } }]),
      await write("five", [...rows.slice(0, 3), { ...rows[3], x: rows[3].x.map((v, i) => (i === 9 ? v / 2 : v)) }]),
      await write("six", rows, { chain: { version: "2" } }),
      await write("seven", rows, { samples: "float32" }),
      await write("eight", [{ ...rows[0], subject: "B" }, ...rows.slice(1)]),
    ];
    expect(new Set([first, ...others]).size).toBe(1 + others.length);
  });
});
