import { describe, expect, it } from "vitest";
import { randomStream } from "../model/index.ts";
import { zscore } from "../signal/index.ts";
import { addNoise, DISTURBANCES, keepAtRandom } from "./disturbance.ts";

/** Two z-scored waves and a channel without signal, (3, 512). */
const T = 512;
const wave = (hz: number) =>
  zscore(
    Float64Array.from({ length: T }, (_, t) => Math.sin((hz * t) / 20)),
    new Float32Array(T),
  );
const window = Float32Array.from([...wave(1), ...wave(3), ...new Float32Array(T)]);
const channel = (x: Float32Array, c: number) => Array.from(x.subarray(c * T, (c + 1) * T));
const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, v, i) => sum + v * b[i], 0);
const stream = (name: string) => randomStream(3, name);

describe("noise", () => {
  it.each([20, 10, 5, 0])("at %d dB: signal and noise are apart by that, exactly, in every channel", (snr) => {
    const out = addNoise(window, 3, snr, stream("noise"));
    for (const c of [0, 1]) {
      const [x, y] = [channel(window, c), channel(out, c)];
      const raw = stream("noise").normal(c * T, T);
      const z = Array.from(zscore(raw, new Float64Array(T))); // the noise by itself, deviation 1
      // y = (x + σ z) / s: the parts of y along x and z, by least squares, say σ
      const [xx, xz, zz] = [dot(x, x), dot(x, z), dot(z, z)];
      const [xy, zy] = [dot(x, y), dot(z, y)];
      const det = xx * zz - xz * xz;
      const [ofSignal, ofNoise] = [(xy * zz - zy * xz) / det, (zy * xx - xy * xz) / det];
      const ratio = 10 * Math.log10((ofSignal ** 2 * xx) / (ofNoise ** 2 * zz));
      expect(ratio).toBeCloseTo(snr, 4);
      const rest = y.map((v, i) => v - ofSignal * x[i] - ofNoise * z[i]);
      expect(Math.sqrt(dot(rest, rest) / T)).toBeLessThan(1e-6);
    }
  });

  it("keeps what the model is promised: mean 0, deviation 1, nothing in a channel without signal", () => {
    const out = addNoise(window, 3, 5, stream("noise"));
    for (const c of [0, 1]) {
      const y = channel(out, c);
      const mean = y.reduce((sum, v) => sum + v, 0) / T;
      expect(Math.abs(mean)).toBeLessThan(1e-6);
      expect(Math.sqrt(dot(y, y) / (T - 1))).toBeCloseTo(1, 5);
    }
    expect(channel(out, 2).every((v) => v === 0)).toBe(true);
  });

  it("leaves as much of the signal as its ratio says, and differs by window and channel", () => {
    const correlations = Array.from({ length: 200 }, (_, w) => {
      const out = addNoise(window, 3, 5, stream(`noise/${w}`));
      return dot(channel(window, 0), channel(out, 0)) / (T - 1);
    });
    const mean = correlations.reduce((sum, r) => sum + r, 0) / 200;
    // E r ≈ 1 / √(1 + σ²); a correlation of T samples strays by less than 1 / √T, the mean of 200 by 1 / √(200 T)
    expect(Math.abs(mean - 1 / Math.sqrt(1 + 10 ** -0.5))).toBeLessThan(3 / Math.sqrt(200 * T));
    expect(new Set(correlations).size).toBe(200);
    const equal = Float32Array.from([...wave(1), ...wave(1)]);
    const out = addNoise(equal, 2, 5, stream("noise"));
    expect(channel(out, 0)).not.toEqual(channel(out, 1));
  });

  it("leaves the window that it is given alone", () => {
    const before = window.slice();
    addNoise(window, 3, 0, stream("noise"));
    expect(window).toEqual(before);
  });
});

describe("removing channels", () => {
  it.each([
    [4, 0.25, 3],
    [4, 0.5, 2],
    [4, 0.75, 1],
    [5, 0.5, 2],
    [12, 0.25, 9],
    [21, 0.75, 5],
    [4, 1, 1],
    [1, 0.75, 1],
  ])("of %d channels %d: %d stay, each once and in order", (count, share, left) => {
    const kept = keepAtRandom(count, share, stream("a"));
    expect(kept).toHaveLength(left);
    expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
    expect(kept.every((c) => c >= 0 && c < count)).toBe(true);
  });

  it("takes each channel as often as another, and at a larger share what it took at a smaller", () => {
    const counts = new Array<number>(8).fill(0);
    for (let w = 0; w < 2000; w++) {
      const [quarter, half] = [0.25, 0.5].map((share) => keepAtRandom(8, share, stream(`w${w}`)));
      expect(half.every((c) => quarter.includes(c))).toBe(true);
      for (const c of half) counts[c] += 1;
    }
    // each stays with chance 1/2: 1000 ± 4 · √(2000 / 4)
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(500));
  });
});

it("disturbances go from mild to hard", () => {
  const levels = (kind: string) => DISTURBANCES.filter((own) => own.kind === kind).map(({ level }) => level);
  expect(levels("channels")).toEqual([0.25, 0.5, 0.75]);
  expect(levels("noise")).toEqual([20, 10, 5, 0]);
});
