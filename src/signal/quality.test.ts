import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { noise } from "./pairs/reference.ts";
import { planQuality } from "./quality.ts";

const SFREQ = 256;
const eeg = planQuality("eeg", "uV", SFREQ);
const ecg = planQuality("ecg", "mV", SFREQ);

/** 10 s of noise of about ±`size`. */
const live = (size: number, seed = 9): Float64Array => noise({ seed, n: 2560 }).map((v) => 2 * size * v);
const sine = (frequency: number, size: number, sfreq = SFREQ): Float64Array =>
  Float64Array.from({ length: 10 * sfreq }, (_, i) => size * Math.sin((2 * Math.PI * frequency * i) / sfreq));
const sum = (a: Float64Array, b: Float64Array): Float64Array => a.map((v, i) => v + b[i]);

describe("planQuality", () => {
  it("finds nothing wrong with a live signal, whatever its offset", () => {
    for (const offset of [0, 840, -1e5]) {
      const row = eeg.measure(live(30).map((v) => v + offset));
      expect(row.flags).toEqual([]);
      expect(row.peakToPeak).toBeCloseTo(60, 0);
      expect(row).toMatchObject({ flat: false, clippedShare: 0, nonFiniteShare: 0 });
    }
  });

  it("calls a channel flat that shows nothing, or stands still most of the time", () => {
    expect(eeg.measure(new Float64Array(2560).fill(7)).flags).toEqual(["flat"]);
    expect(eeg.measure(live(0.9)).flags).toEqual(["flat"]);
    expect(ecg.measure(live(0.009)).flags).toEqual(["flat"]);
    const stopped = live(30);
    stopped.fill(3, 1000);
    expect(eeg.measure(stopped).flat).toBe(true);
    stopped.set(live(30, 8).subarray(1000, 2000), 1000);
    expect(eeg.measure(stopped).flat).toBe(false);
  });

  it("counts samples on the rails, not the tops of waves", () => {
    const railed = sine(2, 1000).map((v) => Math.max(-900, Math.min(900, v)));
    const { clippedShare, flags } = eeg.measure(railed);
    expect(clippedShare).toBeCloseTo(1 - (2 * Math.asin(0.9)) / Math.PI, 1); // 0.287
    expect(flags).toEqual(["clipped", "large"]);
    const hum = sum(sine(50.1, 2000), live(30)).map((v) => Math.max(-1000, Math.min(999, Math.round(2 * v) / 2)));
    expect(eeg.measure(hum).clippedShare).toBeGreaterThan(0.5); // two or three samples at a time
    for (const coarse of [5, 10, 40]) {
      const steps = sine(1.03, 100).map((v) => coarse * Math.round(v / coarse));
      expect(eeg.measure(steps).clippedShare).toBe(0); // a quantised wave rests at its tops
    }
    const lower = live(30);
    lower.fill(5, 100, 140); // a run that is no extreme
    expect(eeg.measure(lower).clippedShare).toBe(0);
  });

  it("measures the share of mains hum", () => {
    for (const [line, other] of [
      [50, "mains60"],
      [60, "mains50"],
    ] as const) {
      // noise of ±30 has power 300; hum of amplitude 40 has 800
      const row = eeg.measure(sum(live(30), sine(line, 40)));
      expect(row[`mains${line}`]).toBeCloseTo(800 / 1100, 1);
      expect(row[other]).toBeLessThan(0.02);
      expect(row.flags).toEqual([`mains${line}`]);
      expect(eeg.measure(sum(live(30), sine(line + 0.3, 40)))[`mains${line}`]).toBeGreaterThan(0.6);
      expect(eeg.measure(sum(live(30), sine(line, 5)))[`mains${line}`]).toBeLessThan(0.1);
    }
  });

  it("sees hum behind drift, and does not take a muscle for hum", () => {
    const drift = Float64Array.from({ length: 2560 }, (_, i) => 0.4 * i);
    expect(eeg.measure(sum(drift, sum(live(10), sine(50, 40)))).mains50).toBeGreaterThan(0.5);
    expect(eeg.measure(sum(sine(45, 40), sum(sine(55, 40), live(10)))).mains50).toBeLessThan(0.05);
  });

  it("does not judge mains where the rate cannot show it", () => {
    expect(planQuality("ppg", "a.u.", 64).measure(live(1))).toMatchObject({ mains50: undefined, mains60: undefined });
    const row = planQuality("eeg", "uV", 110).measure(sine(50, 50, 110));
    expect(row.mains50).toBeGreaterThan(0.9);
    expect(row.mains60).toBeUndefined();
    expect(eeg.measure(live(30).subarray(0, 200)).mains50).toBeUndefined();
  });

  it("counts missing samples and judges the rest", () => {
    const x = live(30);
    x.fill(Number.NaN, 0, 256);
    x[300] = Number.POSITIVE_INFINITY;
    const row = eeg.measure(x);
    expect(row.nonFiniteShare).toBeCloseTo(257 / 2560, 12);
    expect(row.flags).toEqual(["missing"]);
    expect(row.mains50).toBeLessThan(0.05);
    expect(eeg.measure(new Float64Array(512).fill(Number.NaN)).flags).toEqual(["flat", "missing"]);
  });

  it("judges amplitude by sensor and unit only", () => {
    expect(eeg.measure(live(800)).flags).toEqual(["large"]);
    expect(ecg.measure(live(0.06)).flags).toEqual(["small"]);
    expect(ecg.measure(live(11)).flags).toEqual(["large"]);
    expect(planQuality("ecg", "a.u.", SFREQ).measure(live(1e-4)).flags).toEqual([]);
    expect(planQuality("ppg", "a.u.", SFREQ).measure(live(1e9)).flags).toEqual([]);
  });

  it("refuses a window without samples", () => {
    expect(() => eeg.measure(new Float64Array(0))).toThrow(SignalError);
  });
});
