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

/** Multiplier `m / 2^shift` of every channel: 2³⁰ ≤ m < 2³¹, 1 ≤ shift ≤ 62 (docs/integer.md). */
export interface LinearParameters {
  /** (cols, inner), int8 in [−127, 127]. */
  readonly weights: Int8Array;
  /** (cols). */
  readonly bias: Int32Array;
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
  readonly cols: number;
  readonly inner: number;
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
}

/** Channels that a kernel may load at once from `bias` and `scale`. */
const TABLE_BLOCK = 4;
/** From this shift on `requant` is the upper half of the product, rounded and shifted. */
const SMALL_SHIFT = 33;
/** What pads `scale`: any pair that is valid and small. */
const PADDING_SCALE = [2 ** 30, SMALL_SHIFT];

/**
 * Lay a layer out for the product of one target.
 * @throws UsageError when the lengths of the tables do not match the shape
 */
export function packLinear(layer: LinearParameters, layout: LinearLayout): PackedLinear {
  checkLengths(layer);
  const { cols, inner, multiplier, shift } = layer;
  const bias = new Int32Array(roundUp(cols, TABLE_BLOCK));
  bias.set(layer.bias);
  const scale = Int32Array.from({ length: 2 * bias.length }, (_, i) => PADDING_SCALE[i % 2]);
  for (let n = 0; n < cols; n++) scale.set([multiplier[n], shift[n]], 2 * n);
  const small = shift.every((s) => s >= SMALL_SHIFT);
  return { weights: packWeights(layer, layout), bias, scale, inner, cols, small };
}

/** (cols, inner) → (cols / channels, inner / depth, channels, depth). */
function packWeights({ weights, cols, inner }: LinearParameters, layout: LinearLayout): Int8Array {
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

const roundUp = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple;
