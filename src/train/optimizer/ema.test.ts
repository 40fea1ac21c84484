import { describe, expect, it } from "vitest";
import { emaDecay, updateEma } from "./ema.ts";

describe("the running mean of the weights", () => {
  it("forgets quickly at first, then at the decay asked for", () => {
    expect([0, 1, 90].map((t) => emaDecay(t, 0.999))).toEqual([0.1, 2 / 11, 0.91]);
    expect(emaDecay(1e6, 0.999)).toBe(0.999);
  });

  it("is the weighted sum of what it has seen", () => {
    const mean = Float32Array.of(1, -2);
    const seen = [Float32Array.of(3, 0), Float32Array.of(-1, 8)];
    for (const p of seen) updateEma(mean, p, 0.75);
    expect([...mean]).toEqual([0.5625 + 0.75 * 0.75 - 0.25, -1.125 + 2]); // 0.75²·start + 0.75·0.25·first + 0.25·second
  });

  it("stays where the weights stay", () => {
    const p = Float32Array.of(0.1, 1e-30, 3e38);
    const mean = p.slice();
    updateEma(mean, p, 0.999);
    expect(mean).toEqual(p);
  });
});
