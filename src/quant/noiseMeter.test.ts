import { expect, it } from "vitest";
import { randomStream } from "../model/index.ts";
import { NoiseMeter } from "./noiseMeter.ts";

it("measures 20 · log10 of the ratio of deviations, part by part", () => {
  const noise = new NoiseMeter();
  for (const seed of [1, 2]) {
    const exact = randomStream(seed, "exact").normal(0, 50_000);
    const error = randomStream(seed, "error").normal(0, 50_000);
    noise.add(
      exact,
      exact.map((v, i) => v + error[i] / 200),
    );
  }
  expect(noise.decibels).toBeCloseTo(20 * Math.log10(200), 1);
});

it("measures 6.02 dB per bit and 1.76 more for a sine (Bennett 1948)", () => {
  const sine = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i));
  for (const bits of [8, 10]) {
    const step = 2 ** (1 - bits);
    const noise = new NoiseMeter();
    noise.add(
      sine,
      sine.map((v) => step * Math.round(v / step)),
    );
    expect(noise.decibels).toBeCloseTo(6.02 * bits + 1.76, 0);
  }
});

it("has no end where nothing is lost", () => {
  const noise = new NoiseMeter();
  noise.add([1, 2], [1, 2]);
  expect(noise.decibels).toBe(Number.POSITIVE_INFINITY);
});
