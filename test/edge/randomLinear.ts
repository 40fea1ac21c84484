import type { LinearParameters, WeightBits } from "../../src/edge/kernels/packLinear.ts";
import { randomStream } from "../../src/model/random.ts";

export interface LinearShape {
  readonly rows: number;
  readonly inner: number;
  readonly cols: number;
}

/** A layer and what it is applied to. */
export interface LinearCase extends LinearParameters, LinearShape {
  readonly inputBits: 8 | 16;
  /** (rows, inner), all of the range of `inputBits`. */
  readonly x: Int8Array | Int16Array;
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
  inputBits: 8 | 16 = 8,
): LinearCase {
  const words = (what: string, count: number) => randomStream(17, `edge/${name}/${what}`).words(0, count);
  const uniform = (what: string, count: number, limit: number) =>
    Array.from(words(what, count), (word) => (word % (2 * limit + 1)) - limit);
  const [most, mostInput] = [2 ** (bits - 1) - 1, 2 ** (inputBits - 1) - 1];
  const spread = (mostInput * most * Math.sqrt(inner)) / 3; // the deviation of a sum of products of both uniform
  const shift = Math.max(leastShift, 30 + Math.round(Math.log2(spread / 80)));
  return {
    rows,
    inner,
    cols,
    bits,
    inputBits,
    x: (inputBits === 8 ? Int8Array : Int16Array).from(uniform("x", rows * inner, mostInput)),
    weights: Int8Array.from(uniform("weights", cols * inner, most)),
    bias: Int32Array.from(uniform("bias", cols, 80 * mostInput)),
    multiplier: Int32Array.from(words("multiplier", cols), (word) => 2 ** 30 + (word >>> 2)),
    shift: new Int32Array(cols).fill(shift),
    z: Int16Array.from(words("z", rows * cols), (word) => (word % 65_535) - 32_767),
  };
}
