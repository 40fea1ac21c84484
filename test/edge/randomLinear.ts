import type { LinearParameters, WeightBits } from "../../src/edge/kernels/packLinear.ts";
import { randomStream } from "../../src/model/random.ts";

export interface LinearShape {
  readonly rows: number;
  readonly inner: number;
  readonly cols: number;
}

/** A layer and what it is applied to. */
export interface LinearCase extends LinearParameters, LinearShape {
  /** (rows, inner), int8 in [−127, 127]. */
  readonly x: Int8Array;
  /** (rows, cols), a residual stream. */
  readonly z: Int16Array;
}

/**
 * Random tables under a name, with multipliers that spread results of that inner dimension over int8 and a little beyond.
 * @param leastShift smaller shifts are raised to it: 33 for the short requantisation
 */
export function randomLinear(
  name: string,
  { rows, inner, cols }: LinearShape,
  leastShift: number,
  bits: WeightBits = 8,
): LinearCase {
  const words = (what: string, count: number) => randomStream(17, `edge/${name}/${what}`).words(0, count);
  const uniform = (what: string, count: number, limit: number) =>
    Int8Array.from(words(what, count), (word) => (word % (2 * limit + 1)) - limit);
  const most = 2 ** (bits - 1) - 1;
  const spread = 43 * most * Math.sqrt(inner); // about the deviation of a sum of products of both uniform
  const shift = Math.max(leastShift, 30 + Math.round(Math.log2(spread / 80)));
  return {
    rows,
    inner,
    cols,
    bits,
    x: uniform("x", rows * inner, 127),
    weights: uniform("weights", cols * inner, most),
    bias: Int32Array.from(words("bias", cols), (word) => (word % 20_001) - 10_000),
    multiplier: Int32Array.from(words("multiplier", cols), (word) => 2 ** 30 + (word >>> 2)),
    shift: new Int32Array(cols).fill(shift),
    z: Int16Array.from(words("z", rows * cols), (word) => (word % 65_535) - 32_767),
  };
}
