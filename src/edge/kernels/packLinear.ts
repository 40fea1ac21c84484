import { UsageError } from "../../errors.ts";

/**
 * How a product wants its weights: channels in blocks, each block in the order (inner / depth, channels, depth), so that the kernel reads
 * from its first byte to its last. The inner dimension is padded with zeros to a multiple of `padding`, channels to a whole block.
 */
export interface LinearLayout {
  /** Output channels of a block. */
  readonly channels: number;
  /** Consecutive weights of one channel: what one load takes. */
  readonly depth: number;
  /** A multiple of `depth`: what one turn of the kernel's loop takes. */
  readonly padding: number;
}

/** Bits of a weight: all of [−(2^(bits−1) − 1), 2^(bits−1) − 1]. */
export type WeightBits = 8 | 4 | 2;

/** Multiplier `m / 2^shift` of every channel: 2³⁰ ≤ m < 2³¹, 1 ≤ shift ≤ 62 (docs/integer.md). */
export interface LinearParameters {
  /** (cols, inner), within the range of `bits`. */
  readonly weights: Int8Array;
  /** (cols). */
  readonly bias: Int32Array;
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
  readonly cols: number;
  readonly inner: number;
  readonly bits: WeightBits;
  /** Of a value of x: 8 unless it says 16. Weights lie alike for both. */
  readonly inputBits?: 8 | 16;
}

/** The tables of `pl_linear` in src/edge/c/linear.h. */
export interface PackedLinear {
  readonly weights: Int8Array;
  /** Zeros after the last channel, to a multiple of four. */
  readonly bias: Int32Array;
  /** (m, shift) pairs, padded like `bias`. */
  readonly scale: Int32Array;
  readonly inner: number;
  readonly cols: number;
  /** Every shift is at least 33, so that requantisation needs 32 bits. */
  readonly small: boolean;
  readonly bits: WeightBits;
}

/** Channels that a kernel may load at once from `bias` and `scale`. */
const TABLE_BLOCK = 4;
/** From this shift on `requant` is the upper half of the product, rounded and shifted. */
const SMALL_SHIFT = 33;
/** What pads `scale`: any pair that is valid and small. */
const PADDING_SCALE = [2 ** 30, SMALL_SHIFT];

/**
 * Lay a layer out for the product of one target.
 * @throws UsageError when the lengths of the tables do not match the shape, a weight needs more bits, or a sum could leave int32
 */
export function packLinear(layer: LinearParameters, layout: LinearLayout): PackedLinear {
  checkLengths(layer);
  checkRange(layer);
  checkSums(layer);
  const { cols, inner, multiplier, shift, bits } = layer;
  const bias = new Int32Array(roundUp(cols, TABLE_BLOCK));
  bias.set(layer.bias);
  const scale = Int32Array.from({ length: 2 * bias.length }, (_, i) => PADDING_SCALE[i % 2]);
  for (let n = 0; n < cols; n++) scale.set([multiplier[n], shift[n]], 2 * n);
  const small = shift.every((s) => s >= SMALL_SHIFT);
  const wide = orderWeights(layer, layout);
  const weights = bits === 8 ? wide : narrow(wide, layout.channels * roundUp(inner, layout.padding), bits);
  return { weights, bias, scale, inner, cols, small, bits };
}

/** (cols, inner) → (cols / channels, inner / depth, channels, depth). */
function orderWeights({ weights, cols, inner }: LinearParameters, layout: LinearLayout): Int8Array {
  const { channels, depth } = layout;
  const padded = roundUp(inner, layout.padding);
  const packed = new Int8Array(roundUp(cols, channels) * padded);
  for (let n = 0; n < cols; n++) {
    const block = Math.floor(n / channels) * channels * padded + (n % channels) * depth;
    for (let k = 0; k < inner; k++) {
      packed[block + Math.floor(k / depth) * channels * depth + (k % depth)] = weights[n * inner + k];
    }
  }
  return packed;
}

/**
 * Blocks of `size` weights to blocks of 32-bit words. A word takes 32 / bits weights, w + 2^(bits−1) each: the lowest bits of its four bytes
 * are the first four, the next bits the next four, so that a kernel widens four at a time.
 */
function narrow(wide: Int8Array, size: number, bits: 4 | 2): Int8Array {
  const perWord = 32 / bits;
  const words = Math.ceil(size / perWord);
  const packed = new Int8Array((wide.length / size) * words * 4);
  wide.forEach((weight, i) => {
    const [block, at] = [Math.floor(i / size), i % size];
    const byte = (block * words + Math.floor(at / perWord)) * 4 + (at % 4);
    packed[byte] |= (weight + 2 ** (bits - 1)) << (bits * Math.floor((at % perWord) / 4));
  });
  return packed;
}

function checkLengths({ weights, bias, multiplier, shift, cols, inner }: LinearParameters): void {
  const lengths = { weights: weights.length, bias: bias.length, multiplier: multiplier.length, shift: shift.length };
  for (const [table, got] of Object.entries(lengths)) {
    const expected = table === "weights" ? cols * inner : cols;
    if (got !== expected) {
      throw new UsageError({
        where: `linear layer ${cols}x${inner}`,
        what: `wrong length of ${table}`,
        expected: `${expected}`,
        got: `${got}`,
      });
    }
  }
}

function checkRange({ weights, bits, cols, inner }: LinearParameters): void {
  const most = 2 ** (bits - 1) - 1;
  const at = weights.findIndex((weight) => Math.abs(weight) > most);
  if (at === -1) return;
  throw new UsageError({
    where: `linear layer ${cols}x${inner}`,
    what: `weight does not fit ${bits} bits`,
    at: `channel ${Math.floor(at / inner)}, input ${at % inner}`,
    expected: `-${most} … ${most}`,
    got: `${weights[at]}`,
  });
}

/** `|bias| + most · Σ|w| < 2³¹` in every channel, with `most` the largest value of x. */
function checkSums({ weights, bias, cols, inner, inputBits = 8 }: LinearParameters): void {
  const most = 2 ** (inputBits - 1) - 1;
  for (let n = 0; n < cols; n++) {
    const row = weights.subarray(n * inner, (n + 1) * inner);
    const farthest = Math.abs(bias[n]) + most * row.reduce((sum, weight) => sum + Math.abs(weight), 0);
    if (farthest < 2 ** 31) continue;
    throw new UsageError({
      where: `linear layer ${cols}x${inner}`,
      what: "sum of products and bias can leave 32 bits",
      at: `channel ${n}`,
      expected: `less than ${2 ** 31}`,
      got: `${farthest}`,
      todo: "give the input a wider step, or weights fewer bits",
    });
  }
}

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;
