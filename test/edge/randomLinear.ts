import type { LinearParameters } from "../../src/edge/kernels/packLinear.ts";
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
export function randomLinear(name: string, { rows, inner, cols }: LinearShape, leastShift: number): LinearCase {
  const words = (what: string, count: number) => randomStream(17, `edge/${name}/${what}`).words(0, count);
  const int8 = (what: string, count: number) => Int8Array.from(words(what, count), (word) => (word % 255) - 127);
  const spread = 5400 * Math.sqrt(inner); // deviation of a sum of products of two uniform int8
  const shift = Math.max(leastShift, 30 + Math.round(Math.log2(spread / 80)));
  return {
    rows,
    inner,
    cols,
    x: int8("x", rows * inner),
    weights: int8("weights", cols * inner),
    bias: Int32Array.from(words("bias", cols), (word) => (word % 20_001) - 10_000),
    multiplier: Int32Array.from(words("multiplier", cols), (word) => 2 ** 30 + (word >>> 2)),
    shift: new Int32Array(cols).fill(shift),
    z: Int16Array.from(words("z", rows * cols), (word) => (word % 65_535) - 32_767),
  };
}
