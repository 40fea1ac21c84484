import { describe, expect, it } from "vitest";
import { readNpy } from "../../formats/npy/npy.ts";
import { fakeRecording, fakeWorld } from "../fakeEffects.ts";

const world = () => fakeWorld({ "a.edf": fakeRecording(32, "a.edf") });
const jsonOf = (bytes: Uint8Array | undefined) => JSON.parse(new TextDecoder().decode(bytes));

describe("reconstruct", () => {
  it("tells the explained variance of every channel, and that the weights are untrained", async () => {
    const w = world();
    expect(await w.run("reconstruct", "a.edf", "--windows", "2")).toBe(0);
    expect(w.out).toMatch(/^2 windows of 5 s from a\.edf, 50 % hidden\n/);
    expect(w.out).toMatch(/^ {2}CZ +EEG +-?\d+\.\d{3}$/m);
    expect(w.out).toMatch(/^ {2}II +ECG +-?\d+\.\d{3}$/m);
    expect(w.out).toMatch(/Untrained weights/);
  });

  it("writes pictures and numbers that agree", async () => {
    const w = world();
    const argv = ["--windows", "2", "--mask", "0.25", "--out", "r.svg,r.npy", "--out", "r.json", "--json"];
    expect(await w.run("reconstruct", "a.edf", ...argv)).toBe(0);
    expect(JSON.parse(w.out)).toMatchObject({
      windows: 2,
      hiddenShare: 0.25,
      trained: false,
      out: ["r.svg", "r.npy", "r.json"],
    });
    expect(new TextDecoder().decode(w.files.get("r.svg"))).toMatch(/^<svg/);
    const { shape, data } = readNpy(w.files.get("r.npy")!, "r.npy");
    expect(shape).toEqual([2, 3, 2, 1280]);
    const json = jsonOf(w.files.get("r.json"));
    expect(json).toMatchObject({ patchSize: 32, sfreq: 256 });
    const size = 2 * 1280;
    const [second] = [json.windows[1]];
    expect(second.onset).toBe(5);
    for (const [plane, name] of [
      [0, "original"],
      [1, "reconstruction"],
    ] as const) {
      const start = (3 + plane) * size + 1280; // window 1, channel 1
      const stored = Array.from(data.subarray(start, start + 1280) as Float32Array, (v) => Number(v.toPrecision(7)));
      expect(second[name][1]).toEqual(stored);
    }
    const hidden = data.subarray(2 * size, 3 * size) as Float32Array;
    expect(hidden.reduce((sum, v) => sum + v, 0)).toBe(0.25 * size);
    expect(json.windows[0].hidden.flat().reduce((sum: number, v: number) => sum + v, 0)).toBe(0.25 * 80);
  });

  it("hides whole channels", async () => {
    const w = world();
    expect(await w.run("reconstruct", "a.edf", "--mask-channels", "cz", "--json")).toBe(0);
    const { channels, hiddenShare } = JSON.parse(w.out);
    expect(hiddenShare).toBe(0.5);
    expect(channels[0].explained).toEqual(expect.any(Number));
    expect(channels[1].explained).toBeNull();
  });

  it.each<[string, string[], RegExp]>([
    [
      "a mask twice over",
      ["--mask", "0.5", "--mask-channels", "CZ"],
      /--mask-channels: cannot be had together with --mask/,
    ],
    ["a channel that is not there", ["--mask-channels", "PZ"], /no such channel: expected one of CZ, II, got PZ/],
    ["a share above 1", ["--mask", "1.5"], /--mask: cannot be read: expected a number from 0 to 1/],
    ["a kind of file it does not write", ["--out", "r.txt"], /--out: is no file for a reconstruction/],
    ["a window that is not there", ["--windows", "1", "--show", "4", "--out", "r.svg"], /no such window/],
  ])("refuses %s", async (_, argv, message) => {
    const w = world();
    expect(await w.run("reconstruct", "a.edf", ...argv)).toBe(1);
    expect(w.err).toMatch(message);
    expect(w.files.size).toBe(0);
  });
});
