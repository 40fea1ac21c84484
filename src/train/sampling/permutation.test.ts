import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { permutation } from "./permutation.ts";

const orderOf = (n: number, seed: number) => {
  const at = permutation(n, seed, "test");
  return Array.from({ length: n }, (_, place) => at(place));
};

describe("a permutation that is not stored", () => {
  it("has every number once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (n, seed) => {
        expect(orderOf(n, seed).sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }),
      { numRuns: 50 },
    );
  });

  it("draws every order of four equally often", () => {
    const counts = new Map<string, number>();
    const draws = 4800;
    for (let seed = 0; seed < draws; seed++) {
      const order = orderOf(4, seed).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const expected = draws / 24;
    const chi2 = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    expect(chi2).toBeLessThan(49.7); // 99.9 % of χ² with 23 degrees of freedom
  });

  it("puts each of 100 numbers at each place equally often", () => {
    const n = 100;
    const draws = 2000;
    const counts = new Float64Array(n * n);
    for (let seed = 0; seed < draws; seed++)
      for (const [place, value] of orderOf(n, seed).entries()) counts[place * n + value]++;
    const expected = draws / n;
    const chi2 = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    const degrees = (n - 1) ** 2;
    expect(Math.abs(chi2 - degrees)).toBeLessThan(5 * Math.sqrt(2 * degrees));
  });

  it("moves neighbours apart: places and numbers do not correlate", () => {
    const order = orderOf(50_000, 3);
    const mean = (order.length - 1) / 2;
    let [xy, steps] = [0, 0];
    order.forEach((value, place) => {
      xy += (value - mean) * (place - mean);
      if (place > 0 && Math.abs(value - order[place - 1]) === 1) steps++;
    });
    expect(Math.abs(xy / ((order.length * mean ** 2) / 3))).toBeLessThan(5 / Math.sqrt(order.length));
    expect(steps).toBeLessThan(15); // 2 expected
  });

  it("reaches numbers near 2³²", () => {
    const n = 2 ** 32 - 5;
    const at = permutation(n, 1, "large");
    const values = Array.from({ length: 1000 }, (_, i) => at(n - 1 - i));
    expect(new Set(values).size).toBe(1000);
    expect(values.every((value) => value >= 0 && value < n && Number.isInteger(value))).toBe(true);
    expect(Math.max(...values)).toBeGreaterThan(0.95 * n);
  });
});
