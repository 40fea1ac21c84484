import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { applyChain, planChain } from "./chain.ts";
import { noise, reference, relativeError, thin } from "./pairs/reference.ts";
import { zscore } from "./zscore.ts";

describe("applyChain", () => {
  it.each(reference.chain)("equals SciPy's filters and resampling: $sensor at $sfreq Hz", (c) => {
    const { samples } = applyChain(noise(c), c.sensor, c.sfreq);
    expect(samples.length).toBe(c.length);
    expect(relativeError(thin(samples, c.step), c.y, c.max)).toBeLessThan(1e-9);
  });

  it("puts 0 for missing samples and says where they were", () => {
    const x = noise({ seed: 4, n: 1000 });
    const zeroed = Float64Array.from(x);
    for (const i of [0, 10, 11, 12, 999]) zeroed[i] = 0;
    x.set([Number.NaN], 0);
    x.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], 10);
    x.set([Number.NaN], 999);
    const { samples, report } = applyChain(x, "eeg", 250);
    expect(report.nonFinite).toEqual({
      count: 5,
      ranges: [
        { from: 0, to: 1 },
        { from: 10, to: 13 },
        { from: 999, to: 1000 },
      ],
    });
    expect(samples).toEqual(applyChain(zeroed, "eeg", 250).samples);
    expect(Number.isNaN(x[0])).toBe(true);
  });

  it("leaves out each step on request", () => {
    const x = noise({ seed: 4, n: 600 });
    expect(applyChain(x, "eeg", 250, { band: false, notches: [], targetSfreq: 250 }).samples).toEqual(x);
    const full = applyChain(x, "ecg", 500).samples;
    for (const options of [{ band: false }, { band: [0.5, 40] }, { notches: [50] }] as const) {
      expect(relativeError(applyChain(x, "ecg", 500, options).samples, full)).toBeGreaterThan(1e-3);
    }
    expect(applyChain(x, "ecg", 500, { targetSfreq: 500 }).samples.length).toBe(600);
  });

  it("z-scores to the same window whatever the scale of the recording", () => {
    const x = noise({ seed: 4, n: 1280, walk: 0.1 });
    const [small, large] = [1, 1e6].map((scale) => {
      const { samples } = applyChain(
        x.map((v) => v * scale),
        "eeg",
        256,
      );
      return zscore(samples, samples);
    });
    expect(relativeError(large, small)).toBeLessThan(1e-6); // 1e-8 beside a deviation of 0.3
  });

  it("refuses signals shorter than the padding", () => {
    expect(() => applyChain(noise({ seed: 1, n: 27 }), "eeg", 256)).toThrow(SignalError);
    expect(applyChain(noise({ seed: 1, n: 28 }), "eeg", 256).samples.length).toBe(28);
  });
});

describe("planChain", () => {
  it.each([
    ["eeg", 250, 250, false],
    ["eeg", 160, 160, false],
    ["eeg", 150, 256, true],
    ["eeg", 128, 256, true],
    ["eeg", 1000, 1000, false],
    ["ecg", 250, 256, true],
    ["ecg", 256, 256, false],
    ["ppg", 64, 256, true],
    ["ppg", 700, 700, false],
  ] as const)("%s at %d Hz is filtered at %d Hz", (sensor, sfreq, filterSfreq, upsampleFirst) => {
    expect(planChain(sensor, sfreq)).toMatchObject({
      filterSfreq,
      upsampleFirst,
      notches: [50, 60],
      skippedNotches: [],
    });
  });

  it("skips notches without a place and says so", () => {
    expect(planChain("eeg", 110, { band: [0.5, 40] })).toMatchObject({ notches: [50], skippedNotches: [60] });
  });

  it("takes rates that are not whole numbers, with the error stated", () => {
    expect(planChain("eeg", 250.0001).ratio).toMatchObject({ up: 128, down: 125 });
    expect(planChain("ppg", 31.25).ratio).toEqual({ up: 1024, down: 125, error: 0 });
    expect(planChain("eeg", 1000 / 3).ratio).toMatchObject({ up: 96, down: 125 });
    expect(Math.abs(planChain("ppg", 99.9206).ratio.error)).toBeLessThan(1e-6);
  });

  it("refuses a band above half the rate", () => {
    expect(() => planChain("ecg", 500, { band: [0.5, 250] })).toThrow(/0 < low < high < 250 Hz, got 0.5 to 250 Hz/);
    expect(() => planChain("ecg", 100, { targetSfreq: 128 })).toThrow(SignalError);
    expect(() => planChain("eeg", 0)).toThrow(SignalError);
  });
});
