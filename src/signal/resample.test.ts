import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { firwin } from "./firwin.ts";
import { noise, reference, relativeError, thin } from "./pairs/reference.ts";
import { rateRatio } from "./rate.ts";
import { inputRange, planResampler, resampledLength, resamplePoly, resampleRange } from "./resample.ts";

describe("firwin", () => {
  it.each(reference.firwin)("equals SciPy: $n taps, cut-off $cutoff, beta $beta", ({ n, cutoff, beta, step, taps }) => {
    expect(relativeError(thin(firwin(n, cutoff, beta), step), taps)).toBeLessThan(1e-13);
  });
});

describe("resamplePoly", () => {
  it.each(reference.resample)("equals SciPy: $up/$down of $n samples", (c) => {
    const y = resamplePoly(noise(c), c.up, c.down);
    expect(y.length).toBe(c.length);
    expect(relativeError(thin(y, c.step), c.y)).toBeLessThan(1e-12);
  });

  it("gives the same bits for any cut of the output, from just the inputs that the cut needs", () => {
    const x = noise({ seed: 8, n: 700, walk: 0.1 });
    for (const [up, down] of [
      [128, 125],
      [64, 175],
      [4, 1],
      [1, 2],
    ]) {
      const plan = planResampler(up, down);
      const whole = resamplePoly(x, up, down);
      for (const [from, to] of [
        [0, 1],
        [17, 101],
        [whole.length - 3, whole.length],
      ]) {
        const [start, stop] = inputRange(plan, from, to);
        const first = Math.max(0, start);
        const piece = resampleRange(plan, x.slice(first, Math.min(x.length, stop)), first, from, to);
        expect(piece).toEqual(whole.slice(from, to));
      }
    }
  });

  it("states its length and refuses factors that are not whole numbers", () => {
    expect(resampledLength({ up: 128, down: 125 }, 1001)).toBe(1026);
    expect(resamplePoly([], 2, 1).length).toBe(0);
    for (const [up, down] of [
      [0, 1],
      [1.5, 1],
      [20001, 20000],
      [1, Number.NaN],
    ]) {
      expect(() => planResampler(up, down)).toThrow(SignalError);
    }
  });
});

describe("rateRatio", () => {
  it.each([
    [250, 128, 125, 0],
    [256, 1, 1, 0],
    [500, 64, 125, 0],
    [31.25, 1024, 125, 0],
    [1000 / 3, 96, 125, 0],
    [250.0001, 128, 125, 4e-7],
    [44100, 64, 11025, 0],
  ])("%d Hz → 256 Hz is %i/%i", (sfreq, up, down, error) => {
    const ratio = rateRatio(sfreq, 256);
    expect([ratio.up, ratio.down]).toEqual([up, down]);
    expect(ratio.error).toBeCloseTo(error, 9);
  });

  it("states the error where no small fraction fits, and never passes 1e-6", () => {
    const ratio = rateRatio(99.9206, 256);
    expect(ratio.error).toBe((99.9206 / 256) * (ratio.up / ratio.down) - 1);
    expect(Math.abs(ratio.error)).toBeLessThanOrEqual(1e-6);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 0.001, 1e8])("refuses %d Hz", (sfreq) => {
    expect(() => rateRatio(sfreq, 256)).toThrow(SignalError);
  });
});
