import { describe, expect, it } from "vitest";
import { alone } from "../../train/distributed/communicator.ts";
import { fakeRanks } from "../../train/distributed/fakeRanks.ts";
import type { ModelOptions } from "../effects.ts";
import { fakeRecording, fakeWorld } from "../fakeEffects.ts";

const world = () => fakeWorld({ "a.edf": fakeRecording(32, "a.edf"), "b.edf": fakeRecording(12, "b.edf") });
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("embed", () => {
  it("writes one row per window and, beside a .npy, what the rows are", async () => {
    const w = world();
    expect(await w.run("embed", "a.edf", "b.edf", "--out", "x.npy")).toBe(0);
    expect([...w.files.keys()].sort()).toEqual(["x.npy", "x.npy.json"]);
    expect(w.files.get("x.npy")).toHaveLength(128 + 4 * 8 * 32);
    const about = JSON.parse(textOf(w.files.get("x.npy.json")));
    expect(about).toMatchObject({ shape: [8, 32], trained: false, windowSeconds: 5, hopSeconds: 5, checkpoint: null });
    expect(about.recordings).toMatchObject([
      { file: "a.edf", rows: [0, 6], onsets: [0, 5, 10, 15, 20, 25] },
      { file: "b.edf", rows: [6, 8], onsets: [0, 5] },
    ]);
    expect(about.recordings[0].contract.used).toHaveLength(2);
    expect(w.out).toMatch(/^8 windows of 5 s from 2 recordings\n/);
    expect(w.out).toMatch(/Untrained weights: the numbers have no meaning/);
    expect(w.out).toContain("Wrote x.npy: 8 × 32 float32");
  });

  it("gives the same numbers in every kind of file and in any batch size", async () => {
    const w = world();
    await w.run("embed", "a.edf", "--out", "x.npy");
    await w.run("embed", "a.edf", "--out", "x.csv", "--batch", "1");
    const npy = w.files.get("x.npy")!.slice(128);
    const want = new Float32Array(npy.buffer);
    const got = textOf(w.files.get("x.csv"))
      .trimEnd()
      .split("\n")
      .slice(1)
      .flatMap((l) => l.split(",").slice(3).map(Number));
    expect(got).toHaveLength(want.length);
    got.forEach((value, i) => {
      expect(value).toBeCloseTo(want[i], 5);
    });
  });

  it("writes a file per recording into a folder", async () => {
    const w = world();
    expect(await w.run("embed", "a.edf", "b.edf", "--out", "e/", "--format", "csv")).toBe(0);
    expect([...w.files.keys()].sort()).toEqual(["e/a.csv", "e/b.csv"]);
  });

  it("is divided among ranks: the same files and the same totals", async () => {
    const args = ["embed", "a.edf", "b.edf", "c.edf", "--out", "e/", "--json"] as const;
    const three = () => fakeWorld({ ...world().recordings, "c.edf": fakeRecording(7, "c.edf") });
    const whole = three();
    await whole.run(...args);
    const parts = await fakeRanks(2, async (ranks) => {
      const w = three();
      const { loadModel } = w.effects;
      Object.assign(w.effects, {
        rank: ranks.rank,
        openCommunicator: async () => ranks,
        loadModel: async (options: ModelOptions) =>
          Object.assign(await loadModel(options), { secondsInModel: async () => 2 }), // the same in every replay
      });
      return { code: await w.run(...args), w };
    });
    expect(parts.map(({ code }) => code)).toEqual([0, 0]);
    const [first, second] = parts.map(({ w }) => w);
    expect([...second.files.keys()]).toEqual(["e/b.npy.json", "e/b.npy"]);
    expect(new Map([...first.files, ...second.files])).toEqual(new Map([...whole.files].sort()));
    const { recordings, windows, shape, out } = JSON.parse(whole.out);
    expect(JSON.parse(first.out)).toMatchObject({ recordings, windows, shape, out, ranks: 2, modelSeconds: 4 });
    expect(second.out).toBe("");
  });

  it("does not let several ranks write one file", async () => {
    const w = world();
    Object.assign(w.effects, { openCommunicator: async () => ({ ...alone, size: 2 }) });
    expect(await w.run("embed", "a.edf", "b.edf", "--out", "x.csv")).toBe(1);
    expect(w.err).toMatch(/x\.csv: cannot be written by 2 processes: expected a folder/);
  });

  it("counts what it did as JSON, with or without a file", async () => {
    const w = world();
    expect(await w.run("embed", "a.edf", "--json", "--window", "4", "--hop", "2", "--range", "0:10")).toBe(0);
    expect(w.err).toBe("");
    expect(w.files.size).toBe(0);
    expect(JSON.parse(w.out)).toMatchObject({
      windows: 4,
      shape: [4, 32],
      hopSeconds: 2,
      trained: false,
      out: [],
      recordings: [{ file: "a.edf", rows: [0, 4], firstOnset: 0, lastOnset: 6 }],
    });
  });

  it.each<[string, string[], RegExp]>([
    ["a kind of file it does not write", ["--out", "x.txt"], /^panluna: --out: is no file for embeddings/],
    ["replacing the recording", ["--out", "a.edf.npy", "--format", "csv"], /--format: contradicts --out/],
    ["windows that are longer than the recording", ["--window", "60"], /a\.edf: no window fits.*Take shorter windows/],
    ["no channel", ["--use", "ppg"], /^panluna: /],
  ])("refuses %s and writes nothing", async (_, argv, message) => {
    const w = world();
    expect(await w.run("embed", "a.edf", ...argv)).toBe(1);
    expect(w.err).toMatch(message);
    expect(w.files.size).toBe(0);
  });

  it("does not write over a recording, or two into one", async () => {
    const w = fakeWorld({ "a.npy": fakeRecording(12), "d/a.npy": fakeRecording(12) });
    expect(await w.run("embed", "a.npy", "--out", "a.npy")).toBe(1);
    expect(w.err).toMatch(/a\.npy: is the recording itself/);
    expect(await w.run("embed", "a.npy", "d/a.npy", "--out", "e/")).toBe(1);
    expect(w.err).toMatch(/would be written for two recordings of one name/);
  });

  it("checks every recording before it computes anything", async () => {
    const w = world();
    const failing = { ...w.effects, loadModel: () => Promise.reject(new Error("must not be reached")) };
    Object.assign(w.effects, failing);
    expect(await w.run("embed", "a.edf", "gone.edf", "--out", "x.npy")).toBe(1);
    expect(w.err).toMatch(/gone\.edf: cannot be opened/);
  });

  it("leaves no file when it is stopped on the way", async () => {
    const w = world();
    const { read, ...rest } = w.recordings["a.edf"];
    w.recordings["a.edf"] = {
      ...rest,
      async read(request) {
        w.controller.abort(new Error("stopped"));
        return read.call(this, request);
      },
    };
    expect(await w.run("embed", "a.edf", "--out", "x.npy")).toBe(130);
    expect(w.files.size).toBe(0);
  });
});
