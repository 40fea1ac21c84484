import { describe, expect, it } from "vitest";
import { placeOf } from "../../signal/index.ts";
import type { Processing, ReadJob } from "./job.ts";
import { dropChannels } from "./keptChannels.ts";
import { prepareWindows } from "./prepareWindows.ts";

const T = 512;
const job = (count: number, nChans: number, step = 0): ReadJob => ({
  corpus: 0,
  rows: new Uint32Array(count),
  nChans,
  step,
  indices: Uint32Array.from({ length: count }, (_, i) => i),
});
const raw = (count: number, nChans: number) =>
  Float32Array.from(
    { length: count * nChans * T },
    (_, i) => 5 + 3 * Math.sin(0.05 * (i % T)) + ((i * 7919) % 101) / 100,
  );
const plain: Processing = { seed: 1, sfreq: 256 };
const none = { gain: 0, noise: 0, shift: 0 };
const std = (x: Float32Array) => Math.sqrt(x.reduce((sum, value) => sum + value ** 2, 0) / (x.length - 1));

describe("windows on their way to the model", () => {
  it("keep the channels asked for, in that order", () => {
    const x = raw(2, 3).map((value, i) => value * (1 + (Math.floor(i / T) % 3)) + (i % T) * (Math.floor(i / T) % 3));
    const all = prepareWindows(x, job(2, 3), plain);
    const some = prepareWindows(x, { ...job(2, 3), keep: [2, 0] }, plain);
    expect(some.subarray(0, T)).toEqual(all.subarray(2 * T, 3 * T));
    expect(some.subarray(3 * T)).toEqual(all.subarray(3 * T, 4 * T));
  });

  it("are cropped before they are z-scored: in the middle, or anywhere", () => {
    const ramp = Float32Array.from({ length: 300 * T }, (_, i) => (i % T) ** 2);
    const middle = prepareWindows(ramp, job(300, 1), { ...plain, crop: { nTimes: 128, place: "centre" } });
    expect(middle.subarray(0, 128)).toEqual(prepareWindows(ramp.slice(192, 320), job(1, 1), plain));
    const random = prepareWindows(ramp, job(300, 1), { ...plain, crop: { nTimes: 128, place: "random" } });
    const firsts = Array.from({ length: 300 }, (_, w) => random[w * 128]);
    expect(new Set(firsts).size).toBeGreaterThan(150);
    const [atStart, atEnd] = [0, T - 128].map(
      (start) => prepareWindows(ramp.slice(start, start + 128), job(1, 1), plain)[0],
    );
    for (const first of firsts) expect(first <= atStart && first >= atEnd).toBe(true); // the later, the straighter
  });
});

describe("augmentation", () => {
  const changed = (augment: Partial<typeof none>, step = 0) =>
    prepareWindows(raw(8, 4), job(8, 4, step), { ...plain, augment: { ...none, ...augment } });

  it("leaves windows as they are where it is off", () => {
    expect(changed({})).toEqual(prepareWindows(raw(8, 4), job(8, 4), plain));
  });

  it("scales each channel by exp(σ z)", () => {
    const factors = Array.from({ length: 32 }, (_, i) =>
      Math.log(std(changed({ gain: 0.5 }).subarray(i * T, (i + 1) * T))),
    );
    const mean = factors.reduce((sum, f) => sum + f, 0) / 32;
    const spread = Math.sqrt(factors.reduce((sum, f) => sum + (f - mean) ** 2, 0) / 31);
    expect(Math.abs(mean)).toBeLessThan(0.3);
    expect(spread).toBeGreaterThan(0.3);
    expect(spread).toBeLessThan(0.7);
  });

  it("adds noise of the given deviation", () => {
    const before = changed({});
    const noise = changed({ noise: 0.25 }).map((value, i) => value - before[i]);
    expect(std(noise)).toBeCloseTo(0.25, 2);
  });

  it("shifts all channels of a window together, around its ends", () => {
    const before = changed({});
    const after = changed({ shift: 0.5 });
    const shifts = Array.from({ length: 8 }, (_, w) => {
      const window = (x: Float32Array, c: number) => x.subarray((w * 4 + c) * T, (w * 4 + c + 1) * T);
      const by = Array.from({ length: T }, (_, d) => d).filter((d) =>
        [0, 1, 2, 3].every((c) => window(after, c).every((value, t) => value === window(before, c)[(t - d + T) % T])),
      );
      expect(by).toHaveLength(1);
      return by[0] > T / 2 ? by[0] - T : by[0];
    });
    expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(128);
    expect(new Set(shifts).size).toBeGreaterThan(4);
  });

  it("differs from step to step and depends on nothing else", () => {
    expect(changed({ noise: 0.1 }, 1)).not.toEqual(changed({ noise: 0.1 }, 2));
    expect(changed({ noise: 0.1 }, 2)).toEqual(changed({ noise: 0.1 }, 2));
  });
});

describe("channels left out", () => {
  const channels = ["FP1", "CZ", "O2", "I", "II", "PPG"].map((name) => ({ name, ...placeOf(name)! }));
  const kept = channels.map((_, c) => c);
  const drawn = (dropout: { channels: number; modality: number }, from: readonly number[] = kept) =>
    Array.from({ length: 2000 }, (_, step) => dropChannels(channels, from, dropout, { seed: 1, step, place: 0 }));

  it("are as many as their chance says", () => {
    const left = drawn({ channels: 0.3, modality: 0 }).reduce((sum, list) => sum + list.length, 0);
    expect(left / (2000 * 6)).toBeCloseTo(0.7, 1);
  });

  it("are a whole sensor as often as its chance says, each sensor as often", () => {
    const sensorsOf = (list: readonly number[]) => new Set(list.map((c) => channels[c].sensor));
    const lists = drawn({ channels: 0, modality: 0.5 });
    for (const sensor of ["eeg", "ecg", "ppg"] as const) {
      expect(lists.filter((list) => !sensorsOf(list).has(sensor)).length / 2000).toBeCloseTo(0.5 / 3, 1);
    }
    expect(lists.every((list) => sensorsOf(list).size >= 2)).toBe(true);
    expect(drawn({ channels: 0, modality: 0.9 }, [0, 1, 2]).every((list) => list.length === 3)).toBe(true);
  });

  it("are never all", () => {
    expect(drawn({ channels: 0.99, modality: 0.5 }).every((list) => list.length >= 1)).toBe(true);
    expect(drawn({ channels: 0.99, modality: 0 }, [4])).toEqual(Array(2000).fill([4]));
  });
});
