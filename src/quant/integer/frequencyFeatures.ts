import { floorDivide } from "./floorDivide.ts";
import { isqrt } from "./isqrt.ts";
import { clip8, type Multiplier, requantize } from "./requantize.ts";

/** `round(atan(q / 256) · 32768 / π)`, q = 0 … 256: an eighth of a circle, of which 32768 is a half. */
export const ATAN_TABLE = Int16Array.from({ length: 257 }, (_, q) =>
  Math.round((Math.atan(q / 256) * 32768) / Math.PI),
);

/** `cos` and `−sin` of 2πkt / P in units of 2⁻¹⁴, (P / 2 + 1, P) each. */
export interface Twiddles {
  readonly cos: Int16Array;
  readonly sin: Int16Array;
}

/** Twiddles of patches of `size` samples, a multiple of 2. For the compiler: it computes in floating point. */
export function twiddles(size: number): Twiddles {
  const wave = (f: (angle: number) => number) =>
    Int16Array.from({ length: (size / 2 + 1) * size }, (_, i) => {
      const [k, t] = [Math.floor(i / size), i % size];
      return Math.round(2 ** 14 * f((2 * Math.PI * ((k * t) % size)) / size));
    });
  return { cos: wave(Math.cos), sin: wave((angle) => -Math.sin(angle)) };
}

export interface FrequencyShape {
  readonly patches: number;
  /** P: samples of a patch, a multiple of 2, at most 8192. */
  readonly size: number;
}

/**
 * Magnitudes, then phases in units of π / 127, of the P / 2 + 1 frequencies of every patch.
 * @param x (patches, P)
 * @param magnitudes (P / 2 + 1), from a quarter of the scale of x to that of the magnitudes of a frequency
 * @returns (patches, P + 2)
 */
export function frequencyFeatures(
  x: Int16Array,
  { patches, size }: FrequencyShape,
  { cos, sin }: Twiddles,
  magnitudes: readonly Multiplier[],
): Int8Array {
  const frequencies = size / 2 + 1;
  const y = new Int8Array(patches * 2 * frequencies);
  for (let patch = 0; patch < patches; patch++) {
    const to = patch * 2 * frequencies;
    for (let k = 0; k < frequencies; k++) {
      const re = coefficient(x, patch * size, cos, k * size, size);
      const im = coefficient(x, patch * size, sin, k * size, size);
      y[to + k] = clip8(requantize(absolute(re, im), magnitudes[k]));
      y[to + frequencies + k] = Math.floor((127 * halfTurns(re, im) + 0x4000) / 0x8000);
    }
  }
  return y;
}

/** `(Σ x[t] · wave[t] + 2¹¹) >> 12`: in quarters of a step of x, at most 2³⁰. */
function coefficient(x: Int16Array, from: number, wave: Int16Array, at: number, size: number): number {
  let sum = 0;
  for (let t = 0; t < size; t++) sum += x[from + t] * wave[at + t];
  return Math.floor((sum + 0x800) / 0x1000);
}

/** `⌊√(re² + im²)⌋`. */
const absolute = (re: number, im: number): number => isqrt(BigInt(re) * BigInt(re) + BigInt(im) * BigInt(im));

/** The angle of re + i·im, −32768 … 32768 for −π … π; 0 of 0. */
function halfTurns(re: number, im: number): number {
  const [a, b] = [Math.abs(re), Math.abs(im)];
  const larger = Math.max(a, b);
  if (larger === 0) return 0;
  const eighth = ATAN_TABLE[floorDivide(512 * Math.min(a, b) + larger, 2 * larger)];
  const quarter = b <= a ? eighth : 16384 - eighth;
  const half = re < 0 ? 32768 - quarter : quarter;
  return im < 0 ? -half : half;
}
