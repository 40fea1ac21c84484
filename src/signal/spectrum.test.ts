import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { planFft } from "./fft.ts";
import { noise, reference, relativeError, thin } from "./pairs/reference.ts";
import { bandPower, welch } from "./spectrum.ts";

describe("welch", () => {
  it.each(reference.welch)("equals SciPy: $length of $n samples, overlap $overlap, detrend $detrend", (c) => {
    const { frequencies, density } = welch(noise(c), c.sfreq, c);
    expect(density.length).toBe(c.bins);
    expect(frequencies.at(-1)).toBeCloseTo(c.lastFrequency, 12);
    expect(relativeError(thin(density, c.step), c.density)).toBeLessThan(1e-12);
  });

  it("sums up to the variance of a sine in its band", () => {
    const x = Float64Array.from({ length: 2560 }, (_, i) => 3 * Math.sin((2 * Math.PI * 10 * i) / 256));
    const spectrum = welch(x, 256);
    expect(bandPower(spectrum, 8, 13)).toBeCloseTo(4.5, 3); // 3²/2
    expect(bandPower(spectrum, 20, 129)).toBeLessThan(1e-6);
  });

  it("takes signals shorter than a segment, and refuses empty ones", () => {
    expect(welch([1, 2, 3], 256).density.length).toBe(2);
    expect(() => welch([], 256)).toThrow(SignalError);
    expect(() => welch([1, 2, 3], 256, { length: 2, overlap: 2 })).toThrow(SignalError);
  });
});

describe("planFft", () => {
  it.each([1, 2, 3, 7, 16, 45, 100, 128, 251])("equals the sum that defines it, length %i", (n) => {
    const x = noise({ seed: 5, n: 2 * n });
    const [re, im] = [x.slice(0, n), x.slice(n)];
    planFft(n).run(re, im);
    for (let k = 0; k < n; k++) {
      let [sr, si] = [0, 0];
      for (let t = 0; t < n; t++) {
        const a = (-2 * Math.PI * ((k * t) % n)) / n;
        sr += x[t] * Math.cos(a) - x[n + t] * Math.sin(a);
        si += x[t] * Math.sin(a) + x[n + t] * Math.cos(a);
      }
      expect(Math.hypot(re[k] - sr, im[k] - si)).toBeLessThan(1e-12 * n);
    }
  });
});
