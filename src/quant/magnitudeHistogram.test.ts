import { describe, expect, it } from "vitest";
import { randomStream } from "../model/index.ts";
import { MagnitudeHistogram } from "./magnitudeHistogram.ts";

/** What `numpy.quantile(|values|, share, method="inverted_cdf")` gives: the least value that at least `share` of all do not exceed. */
function quantileOf(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values, Math.abs).sort();
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

const seen = (...parts: readonly ArrayLike<number>[]): MagnitudeHistogram => {
  const histogram = new MagnitudeHistogram();
  for (const part of parts) histogram.add(part);
  return histogram;
};

describe("MagnitudeHistogram", () => {
  const parts = [0.001, 1, 0.3, 40].map((scale, i) =>
    randomStream(i, "parts")
      .normal(0, 5000)
      .map((z) => scale * z),
  );
  const all = parts.flatMap((part) => [...part]);

  it("counts every value once, however much larger later ones are", () => {
    const histogram = seen(...parts);
    expect(histogram.total).toBe(all.length);
    expect(histogram.counts.reduce((sum, n) => sum + n, 0)).toBe(all.length);
    expect(histogram.max).toBe(Math.max(...all.map(Math.abs)));
    const { width, counts } = histogram;
    const exact = new Float64Array(counts.length);
    for (const value of all) exact[Math.floor(Math.abs(value) / width)]++;
    expect(histogram.counts).toEqual(exact);
    expect(histogram.max).toBeGreaterThanOrEqual((width * counts.length) / 2); // at least half of the bins are of use
  });

  it.each([0.01, 0.25, 0.5, 0.9, 0.99, 0.9999, 1])("has the quantile %f to the width of a bin", (share) => {
    const histogram = seen(...parts);
    const [got, exact] = [histogram.quantile(share), quantileOf(all, share)];
    expect(got).toBeGreaterThanOrEqual(exact);
    expect(got).toBeLessThanOrEqual(exact + histogram.width);
  });

  it("does not depend on the order by more than the width of its bins", () => {
    const [up, down] = [seen(...parts), seen(...parts.toReversed())];
    for (const share of [0.5, 0.999]) {
      expect(Math.abs(up.quantile(share) - down.quantile(share))).toBeLessThanOrEqual(Math.max(up.width, down.width));
    }
  });

  it("takes every nth value, and leaves out what is no number", () => {
    const histogram = new MagnitudeHistogram();
    histogram.add([9, -1, 9, Number.NaN, 9, 2, 9, Number.NEGATIVE_INFINITY], 1, 2);
    expect([histogram.total, histogram.max]).toEqual([2, 2]);
  });

  it("counts zeros before and after others, and the least of all numbers", () => {
    const histogram = seen([0, 0], [0, 3], [0]);
    expect([histogram.counts[0], histogram.total, histogram.quantile(0.8)]).toEqual([4, 5, histogram.width]);
    expect(seen([0, 0]).quantile(1)).toBe(0);
    expect(seen([5e-324]).max).toBe(5e-324);
  });
});
