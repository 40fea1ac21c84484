import { describe, expect, it } from "vitest";
import { randomStream } from "../model/index.ts";
import { dequantise, quantise } from "./quantise.ts";

const round = (x: Float32Array, nChannels: number) => {
  const q = new Int16Array(x.length);
  const scale = new Float32Array(nChannels);
  quantise(x, q, scale);
  const back = new Float32Array(x.length);
  dequantise(q, scale, back);
  return { q, scale, back };
};

describe("quantise", () => {
  it.each([1, 1e-6, 1e6, 3e38 / 5])("comes back within half a step for signals of magnitude %d", (magnitude) => {
    const x = randomStream(1, "quantise")
      .normal(0, 3 * 500)
      .map((v) => v * magnitude);
    const { scale, back, q } = round(x, 3);
    for (let i = 0; i < x.length; i++) {
      const step = scale[Math.floor(i / 500)];
      // 0.5 steps, and the rounding to float32 of up to 32767 steps: 32767 · 2⁻²⁴ < 0.002
      expect(Math.abs(back[i] - x[i])).toBeLessThanOrEqual(0.502 * step);
    }
    for (let c = 0; c < 3; c++) {
      expect(Math.max(...q.subarray(c * 500, (c + 1) * 500).map(Math.abs))).toBe(32767); // the whole range is used
    }
  });

  it("a channel of zeros stays zero, and its neighbours keep their own scale", () => {
    const { scale, back } = round(Float32Array.of(0, 0, 1, -2), 2);
    expect(scale[0]).toBe(0);
    expect([...back.subarray(0, 2)]).toEqual([0, 0]);
    expect(back[3]).toBeCloseTo(-2, 6);
  });

  it("the smallest numbers neither overflow nor vanish against their scale", () => {
    for (const largest of [1e-45, 3e-45, 2e-41, 4.6e-41, 1e-40, 2.1e-40]) {
      const { q, scale, back } = round(Float32Array.of(largest, -largest), 1);
      expect(scale[0]).toBeGreaterThan(0);
      expect(Math.sign(q[0]) * Math.sign(q[1])).toBe(-1);
      expect(Math.abs(back[0] - Math.fround(largest))).toBeLessThanOrEqual(scale[0] / 2);
    }
  });
});
