import { describe, expect, it } from "vitest";
import { locationNoise } from "./locationNoise.ts";

const key = { seed: 2, step: 9 };

describe("noise on locations", () => {
  it("is normal with σ 0.02", () => {
    const noise = locationNoise(
      key,
      Array.from({ length: 400 }, (_, i) => i),
      20,
      3,
    );
    const n = noise.length;
    const mean = noise.reduce((sum, v) => sum + v, 0) / n;
    const variance = noise.reduce((sum, v) => sum + v * v, 0) / n;
    const within = noise.reduce((sum, v) => sum + Number(Math.abs(v) < 0.02), 0) / n;
    expect(Math.abs(mean)).toBeLessThan((4 * 0.02) / Math.sqrt(n));
    expect(Math.abs(variance / 4e-4 - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
    expect(Math.abs(within - 0.6827)).toBeLessThan(4 * Math.sqrt(0.2166 / n));
  });

  it("belongs to the window, whatever batch it comes in", () => {
    const whole = locationNoise(key, [0, 1, 2], 4, 2);
    expect(locationNoise(key, [2], 4, 2)).toEqual(whole.slice(16));
    expect(locationNoise({ ...key, step: 10 }, [2], 4, 2)).not.toEqual(whole.slice(16));
  });
});
