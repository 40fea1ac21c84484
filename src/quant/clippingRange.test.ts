import { describe, expect, it } from "vitest";
import { randomStream } from "../model/index.ts";
import { clippingRange } from "./clippingRange.ts";
import { MagnitudeHistogram } from "./magnitudeHistogram.ts";

/** Mean squared error of the values themselves, rounded to ±levels steps of range / levels. */
function errorOf(values: ArrayLike<number>, range: number, levels: number): number {
  const step = range / levels;
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const integer = Math.max(-levels, Math.min(levels, Math.round(values[i] / step)));
    sum += (values[i] - step * integer) ** 2;
  }
  return sum / values.length;
}

const normal = (count: number, seed = 1) => randomStream(seed, "clipping").normal(0, count);
const histogramOf = (values: ArrayLike<number>) => {
  const histogram = new MagnitudeHistogram();
  histogram.add(values);
  return histogram;
};

/** Logistic quantiles of a uniform variable: tails that fall as exp(−|v|). */
const heavy = randomStream(3, "heavy")
  .uniform(0, 20000)
  .map((u) => Math.log(u + 1e-12) - Math.log(1 - u + 1e-12));
const withOutlier = Float32Array.of(...normal(20000, 2), 60);

describe("clippingRange", () => {
  it.each([
    ["normal, int8", normal(20000), 127],
    ["normal, int4", normal(20000), 7],
    ["normal, int2", normal(20000), 1],
    ["heavy tails, int8", heavy, 127],
    ["heavy tails, int4", heavy, 7],
    ["one value far out, int8", withOutlier, 127],
    ["one value far out, int4", withOutlier, 7],
    ["uniform, int8", randomStream(4, "flat").uniform(0, 20000), 127],
  ] as const)("errs on the values themselves as little as the best of 2000 ranges: %s", (_, values, levels) => {
    const max = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const best = Math.min(...Array.from({ length: 2000 }, (_, i) => errorOf(values, (max * (i + 1)) / 2000, levels)));
    const chosen = errorOf(values, clippingRange(histogramOf(values), "mse", levels), levels);
    expect(chosen).toBeLessThan(1.03 * best);
  });

  it("finds the known best range of three values per standard deviation: 1.224 σ (Max 1960, table I)", () => {
    expect(clippingRange(histogramOf(normal(200_000)), "mse", 1)).toBeCloseTo(1.224, 1);
  });

  it("keeps all values, or a share of them", () => {
    const histogram = histogramOf(withOutlier);
    expect(clippingRange(histogram, "max", 127)).toBe(60);
    expect(clippingRange(histogram, 1, 127)).toBe(60);
    const most = withOutlier.reduce((a, v) => (v === 60 ? a : Math.max(a, Math.abs(v))), 0);
    const kept = clippingRange(histogram, 1 - 1 / withOutlier.length, 127);
    expect(kept).toBeGreaterThanOrEqual(most);
    expect(kept).toBeLessThanOrEqual(most + histogram.width);
  });

  it("is never 0", () => {
    for (const rule of ["max", "mse", 0.9] as const) expect(clippingRange(histogramOf([0, 0]), rule, 127)).toBe(1);
    expect(clippingRange(histogramOf([...new Float32Array(9999), 50]), 0.5, 127)).toBeGreaterThan(0);
  });
});
