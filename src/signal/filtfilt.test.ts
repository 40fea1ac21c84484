import { describe, expect, it } from "vitest";
import { SignalError } from "../errors.ts";
import { butterworth } from "./butterworth.ts";
import { defaultPadding, filtfilt, sosfiltfilt } from "./filtfilt.ts";
import { iirnotch } from "./notch.ts";
import { noise, reference, relativeError, thin } from "./pairs/reference.ts";
import { cascadeOf, runCascade, sosfilt } from "./sosfilt.ts";

describe("sosfilt", () => {
  const { settled, zi, x, y, zf } = reference.sosfilt;
  const sos = butterworth(3, { type: "bandpass", cutoff: [1, 40] }, 128);

  it("equals SciPy with given states, and returns SciPy's states", () => {
    const got = sosfilt(sos, noise(x), noise({ seed: zi.seed, n: 2 * sos.length }));
    expect(relativeError(got.y, y)).toBeLessThan(1e-13);
    expect(relativeError(got.zf, zf)).toBeLessThan(1e-13);
  });

  it("knows the settled states (sosfilt_zi)", () => {
    expect(relativeError(cascadeOf(sos).settled, settled)).toBeLessThan(1e-12);
  });

  it.each([1, 2, 3, 4, 5, 6, 7])(
    "runs %i sections, up or down, in pieces or at once, as one section after the other",
    (n) => {
      const sections = [...sos, ...iirnotch(50, 30, 128), ...sos].slice(0, n);
      const one = noise({ seed: 3, n: 5000, walk: 0.01 });
      for (const section of sections) runCascade(cascadeOf([section]), one, new Float64Array(2));
      const up = noise({ seed: 3, n: 5000, walk: 0.01 });
      const down = Float64Array.from(up).reverse();
      const states = [new Float64Array(2 * n), new Float64Array(2 * n)];
      for (const [from, to] of [
        [0, 1],
        [1, 2050],
        [2050, 5000],
      ]) {
        runCascade(cascadeOf(sections), up, states[0], from, to);
        runCascade(cascadeOf(sections), down, states[1], 5000 - to, 5000 - from, -1);
      }
      expect(relativeError(up, one)).toBeLessThan(1e-13);
      expect(relativeError(down.reverse(), one)).toBeLessThan(1e-13);
    },
  );
});

describe("sosfiltfilt", () => {
  it.each(reference.sosfiltfilt)(
    "equals SciPy: $type $order $cutoff at $sfreq Hz, padding $padding, $n samples",
    (c) => {
      const y = sosfiltfilt(butterworth(c.order, c, c.sfreq), noise(c), { padding: c.padding ?? undefined });
      expect(relativeError(thin(y, c.step), c.y)).toBeLessThan(1e-9);
    },
  );

  it("stays with SciPy at 0.1 Hz and 1000 Hz, where the fraction form is off by 0.3 to 12 %", () => {
    for (const c of reference.stability) {
      const y = sosfiltfilt(butterworth(4, c, 1000), noise(c), { padding: 27 });
      expect(relativeError(thin(y, c.step), c.y, c.max)).toBeLessThan(1e-9);
      expect(c.fraction_form_error).toBeGreaterThan(2e-3);
    }
  });

  it("leaves its input alone and refuses signals no longer than the padding", () => {
    const sos = butterworth(4, { type: "bandpass", cutoff: [0.5, 8] }, 256);
    expect(defaultPadding(sos)).toBe(27);
    const x = noise({ seed: 2, n: 28 });
    sosfiltfilt(sos, x);
    expect(x).toEqual(noise({ seed: 2, n: 28 }));
    expect(() => sosfiltfilt(sos, x.subarray(0, 27))).toThrow(SignalError);
    expect(() => sosfiltfilt(sos, [])).toThrow(SignalError);
  });

  it("does not slow down or stick after a long silence", () => {
    const sos = butterworth(4, { type: "bandpass", cutoff: [0.5, 8] }, 256);
    const x = new Float64Array(400_000);
    x[0] = 1;
    expect(sosfilt(sos, x).zf.every((s) => s === 0)).toBe(true);
  });
});

describe("filtfilt and iirnotch", () => {
  it.each(reference.notch)("equal SciPy: $frequency Hz, Q $q at $sfreq Hz", (c) => {
    const [[b0, b1, b2, a0, a1, a2]] = iirnotch(c.frequency, c.q, c.sfreq);
    expect(relativeError([b0, b1, b2], c.b)).toBeLessThan(1e-14);
    expect(relativeError([a0, a1, a2], c.a)).toBeLessThan(1e-14);
    expect(relativeError(thin(filtfilt(c.b, c.a, noise(c)), c.step), c.y)).toBeLessThan(1e-9);
  });

  it("take a first-order fraction with a[0] ≠ 1", () => {
    const { b, a, y } = reference.filtfiltLowOrder;
    expect(relativeError(filtfilt(b, a, noise({ seed: 13, n: 40, walk: 0.1 })), y)).toBeLessThan(1e-13);
  });

  it("refuse what they cannot do", () => {
    expect(() => iirnotch(60, 30, 120)).toThrow(/between 0 and 60 Hz/);
    expect(() => iirnotch(Number.NaN, 30, 120)).toThrow(SignalError);
    expect(() => filtfilt([1, 2, 3, 4], [1], noise({ seed: 1, n: 50 }))).toThrow(/sosfiltfilt/);
  });
});
