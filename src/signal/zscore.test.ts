import { describe, expect, it } from "vitest";
import { zscore } from "./zscore.ts";

describe("zscore", () => {
  it("gives mean 0 and deviation 1 (N − 1), also far from zero", () => {
    for (const offset of [0, 1e9]) {
      const out = zscore(
        [1, 2, 3, 4].map((x) => x + offset),
        new Float64Array(4),
      );
      // mean 2.5, std √(5/3)
      for (const i of [0, 1, 2, 3]) expect(out[i]).toBeCloseTo((i - 1.5) / (Math.sqrt(5 / 3) + 1e-8), 14);
    }
  });

  it("makes a constant channel 0, whatever its level", () => {
    for (const level of [0, 0.1, 1e9 / 3]) {
      expect(zscore(new Float64Array(77).fill(level), new Float32Array(77)).every((x) => x === 0)).toBe(true);
    }
  });

  it("works in place, on one sample and on none", () => {
    const x = Float64Array.of(3, 5);
    expect(zscore(x, x)[1]).toBeCloseTo(Math.SQRT1_2, 7);
    expect(zscore([7], new Float64Array(1))[0]).toBe(0);
    expect(zscore([], new Float64Array(0)).length).toBe(0);
  });
});
