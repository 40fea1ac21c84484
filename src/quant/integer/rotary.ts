import { clip8, clip16, type Multiplier, requantize } from "./requantize.ts";

/** Cosines and sines in units of 2⁻¹⁵, (rows, size / 2) each. */
export interface RotaryTables {
  readonly cos: Int16Array;
  readonly sin: Int16Array;
}

export interface RotaryShape {
  /** Positions. */
  readonly rows: number;
  readonly heads: number;
  /** Width of a head: a multiple of 2. */
  readonly size: number;
}

/** `clip16(round(2¹⁵ · cos))` and sine of angles (rows, size / 2) in radians. For the compiler: it computes in floating point. */
export function rotaryTables(angles: ArrayLike<number>): RotaryTables {
  const q15 = (wave: (angle: number) => number) =>
    Int16Array.from(angles, (angle) => clip16(Math.round(2 ** 15 * wave(angle))));
  return { cos: q15(Math.cos), sin: q15(Math.sin) };
}

/**
 * Turn the pairs `(x[2i], x[2i + 1])` of every head by the angle of row and i.
 * @param x (rows, heads · size)
 * @returns (rows, heads · size)
 */
export function rotary(
  x: Int16Array,
  { rows, heads, size }: RotaryShape,
  { cos, sin }: RotaryTables,
  by: Multiplier,
): Int8Array {
  const pairs = size / 2;
  const y = new Int8Array(x.length);
  for (let i = 0; i < rows * heads * pairs; i++) {
    const angle = Math.floor(i / (heads * pairs)) * pairs + (i % pairs);
    const [x0, x1, c, s] = [x[2 * i], x[2 * i + 1], cos[angle], sin[angle]];
    y[2 * i] = clip8(requantize(x0 * c - x1 * s, by)); // |·| ≤ 2 · 32767² < 2³¹
    y[2 * i + 1] = clip8(requantize(x0 * s + x1 * c, by));
  }
  return y;
}
