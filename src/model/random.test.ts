import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { philox, randomStream } from "./random.ts";

const block = (...words: [number, number, number, number, number, number]): string[] => {
  const out = new Uint32Array(4);
  philox(out, ...words);
  return Array.from(out, (word) => word.toString(16).padStart(8, "0"));
};

describe("Philox 4×32-10 gives the known answers of Random123", () => {
  it("all zero", () => {
    expect(block(0, 0, 0, 0, 0, 0)).toEqual(["6627e8d5", "e169c58d", "bc57ac4c", "9b00dbd8"]);
  });

  it("all ones", () => {
    const ones = 0xffffffff;
    expect(block(ones, ones, ones, ones, ones, ones)).toEqual(["408f276d", "41c83b0e", "a20bc7c6", "6d5451fd"]);
  });

  it("digits of π", () => {
    expect(block(0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0)).toEqual([
      "d16cfe09",
      "94fdcceb",
      "5001e420",
      "24126ea1",
    ]);
  });
});

describe("a stream", () => {
  const methods = ["words", "uniform", "normal"] as const;

  it.each(methods)("%s: any part equals that part of the whole", (method) => {
    const stream = randomStream(5, "test");
    const whole = stream[method](0, 64);
    fc.assert(
      fc.property(fc.nat(40), fc.nat(24), (start, count) => {
        expect(stream[method](start, count)).toEqual(whole.slice(start, start + count));
      }),
    );
  });

  it.each(methods)("%s: parts agree far out, beyond 2^34 words", (method) => {
    const stream = randomStream(5, "test");
    const start = 2 ** 34 + 3;
    expect(stream[method](start + 5, 6)).toEqual(stream[method](start, 11).slice(5));
    expect(stream[method](start, 8)).not.toEqual(stream[method](3, 8));
  });

  it("another seed, also above 2^32, and another purpose give other words", () => {
    const firsts = [
      randomStream(1, "a"),
      randomStream(2, "a"),
      randomStream(1 + 2 ** 32, "a"),
      randomStream(1, "b"),
      randomStream(1, "ab"),
      randomStream(1, "ba"),
    ].map((stream) => stream.words(0, 4).join());
    expect(new Set(firsts).size).toBe(firsts.length);
  });

  it("uniform values lie in [0, 1) and fill it evenly", () => {
    const n = 40_000;
    const values = randomStream(3, "uniform").uniform(0, n);
    const bins = new Float64Array(20);
    for (const u of values) bins[Math.floor(20 * u)]++;
    expect(values.every((u) => u >= 0 && u < 1)).toBe(true);
    const chiSquare = bins.reduce((sum, count) => sum + (count - n / 20) ** 2 / (n / 20), 0);
    expect(chiSquare).toBeLessThan(43.8); // 19 degrees of freedom: exceeded once in 1,000 streams
  });

  it("normal values have the moments of a standard normal, neighbours are independent, and all are finite", () => {
    const n = 40_000;
    const z = randomStream(3, "normal").normal(0, n);
    const mean = (f: (value: number, i: number) => number) => z.reduce((sum, value, i) => sum + f(value, i), 0) / n;
    const error = 4 / Math.sqrt(n); // four standard errors, times the standard deviation of each statistic
    expect(z.every(Number.isFinite)).toBe(true);
    expect(Math.abs(mean((v) => v))).toBeLessThan(error);
    expect(Math.abs(mean((v) => v ** 2) - 1)).toBeLessThan(error * Math.sqrt(2));
    expect(Math.abs(mean((v) => v ** 3))).toBeLessThan(error * Math.sqrt(15));
    expect(Math.abs(mean((v) => v ** 4) - 3)).toBeLessThan(error * Math.sqrt(96));
    expect(Math.abs(mean((v, i) => v * z[(i + 1) % n]))).toBeLessThan(error);
    expect(Math.abs(mean((v) => Number(Math.abs(v) < 1.959964)) - 0.95)).toBeLessThan(error * 0.218);
  });
});
