import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { butterworth } from "./butterworth.ts";
import { reference, relativeError } from "./pairs/reference.ts";
import type { Sos } from "./sos.ts";

/** |H| at a frequency. */
function gainAt(sos: Sos, frequency: number, sfreq: number): number {
  const w = (2 * Math.PI * frequency) / sfreq;
  const size = (c0: number, c1: number, c2: number) =>
    Math.hypot(c0 + c1 * Math.cos(w) + c2 * Math.cos(2 * w), c1 * Math.sin(w) + c2 * Math.sin(2 * w));
  return sos.reduce((gain, [b0, b1, b2, a0, a1, a2]) => (gain * size(b0, b1, b2)) / size(a0, a1, a2), 1);
}

describe("butterworth", () => {
  it.each(reference.butterworth)("equals SciPy's sections: $type $order $cutoff at $sfreq Hz", (filter) => {
    const sos = butterworth(filter.order, filter, filter.sfreq);
    expect(sos.length).toBe(filter.sos.length);
    // Numerators of high orders carry a tiny gain: each row is compared against its own largest coefficient.
    sos.forEach((section, i) => {
      expect(relativeError(section.slice(0, 3), filter.sos[i].slice(0, 3)), `row ${i}, b`).toBeLessThan(1e-10);
      expect(relativeError(section.slice(3), filter.sos[i].slice(3)), `row ${i}, a`).toBeLessThan(1e-12);
    });
  });

  it("passes 1/√2 at its cut-offs and 1 in its band", () => {
    const sos = butterworth(4, { type: "bandpass", cutoff: [0.1, 75] }, 1000);
    for (const cutoff of [0.1, 75]) expect(gainAt(sos, cutoff, 1000)).toBeCloseTo(Math.SQRT1_2, 9);
    expect(gainAt(sos, 3, 1000)).toBeCloseTo(1, 9);
  });

  it("stops the middle of a band-stop and keeps its sides", () => {
    const sos = butterworth(3, { type: "bandstop", cutoff: [45, 55] }, 500);
    const [low, high] = [45, 55].map((f) => Math.tan((Math.PI * f) / 500));
    const centre = (500 / Math.PI) * Math.atan(Math.sqrt(low * high)); // geometric in the warped frequencies
    expect(gainAt(sos, centre, 500)).toBeLessThan(1e-12);
    expect(gainAt(sos, 10, 500)).toBeCloseTo(1, 6);
  });

  it.each([
    { order: 4, shape: { type: "bandpass", cutoff: [0.5, 120] }, sfreq: 125 },
    { order: 4, shape: { type: "bandpass", cutoff: [75, 0.1] }, sfreq: 500 },
    { order: 4, shape: { type: "highpass", cutoff: 0 }, sfreq: 500 },
    { order: 4, shape: { type: "lowpass", cutoff: 128 }, sfreq: 256 },
    { order: 0, shape: { type: "lowpass", cutoff: 10 }, sfreq: 256 },
    { order: 2.5, shape: { type: "lowpass", cutoff: 10 }, sfreq: 256 },
    { order: 4, shape: { type: "lowpass", cutoff: Number.NaN }, sfreq: 256 },
  ] as const)("refuses order $order, $shape.cutoff Hz at $sfreq Hz", ({ order, shape, sfreq }) => {
    expect(() => butterworth(order, shape, sfreq)).toThrow(SignalError);
  });
});
