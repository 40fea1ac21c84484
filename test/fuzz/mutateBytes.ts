import type { Dice } from "./dice.ts";

/** Makes a damaged copy of some bytes; `other` holds bytes of another valid file. */
export type Mutate = (bytes: Uint8Array, dice: Dice, other: Uint8Array) => Uint8Array;

/** Mutants are kept below this size, bytes: the cost of a mutant must not grow with their number. */
export const MOST_BYTES = 256 * 2 ** 10;

const HOSTILE_BYTES = [0x00, 0x01, 0x7f, 0x80, 0xfe, 0xff, 0x20, 0x2d, 0x30, 0x39, 0x14, 0x0a];

const HOSTILE_INTEGERS = [
  0n, 1n, 2n, 0x7fn, 0x80n, 0xffn, 0x7fffn, 0x8000n, 0xffffn, 0x10000n, 0x00ff_ffffn, 0x3fff_ffffn, 0x7fff_ffffn,
  0x8000_0000n, 0xffff_fff0n, 0xffff_ffffn, 0x1_0000_0000n, 1n << 40n, (1n << 53n) - 1n, 1n << 62n, (1n << 63n) - 1n,
  1n << 63n, (1n << 64n) - 1n,
]; // biome-ignore format: a table

const HOSTILE_FLOATS = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  -1,
  -0,
  5e-324,
  1e-300,
  1e300,
  2 ** 53,
  2 ** 31,
  1e9,
];

const replaced = (bytes: Uint8Array, start: number, stop: number, by: Uint8Array): Uint8Array => {
  const out = new Uint8Array(start + by.length + bytes.length - stop);
  out.set(bytes.subarray(0, start));
  out.set(by, start);
  out.set(bytes.subarray(stop), start + by.length);
  return out;
};

const NOTHING = new Uint8Array(0);

/** Somewhere in the bytes, more often near the start, where headers are. */
function place({ length }: Uint8Array, dice: Dice): number {
  return dice.chance(0.5) ? dice.roll(length) : dice.roll(Math.min(length, 1 + dice.roll(length)));
}

const stretch = (bytes: Uint8Array, dice: Dice, longest: number): [start: number, stop: number] => {
  const start = place(bytes, dice);
  return [start, Math.min(bytes.length, start + 1 + dice.roll(longest))];
};

export const flipBits: Mutate = (bytes, dice) => {
  const out = bytes.slice();
  for (let n = 0; n <= dice.roll(8); n++) out[place(out, dice)] ^= 1 << dice.roll(8);
  return out;
};

export const overwrite: Mutate = (bytes, dice) => {
  const out = bytes.slice();
  for (let n = 0; n <= dice.roll(4); n++) {
    out[place(out, dice)] = dice.chance(0.7) ? dice.pick(HOSTILE_BYTES) : dice.roll(256);
  }
  return out;
};

export const truncate: Mutate = (bytes, dice) => bytes.slice(0, dice.roll(bytes.length));

export const extend: Mutate = (bytes, dice, other) => {
  const more = new Uint8Array(1 + dice.roll(dice.chance(0.1) ? 2 ** 16 : 512)).fill(dice.pick(HOSTILE_BYTES));
  return replaced(bytes, bytes.length, bytes.length, dice.chance(0.3) ? other : more);
};

export const cutOut: Mutate = (bytes, dice) => replaced(bytes, ...stretch(bytes, dice, 64), NOTHING);

export const repeatBlock: Mutate = (bytes, dice) => {
  const [start, stop] = stretch(bytes, dice, 512);
  const times = dice.chance(0.2) ? dice.roll(1000) : 1 + dice.roll(4);
  const block = bytes.subarray(start, stop);
  const many = new Uint8Array(block.length * Math.min(times, Math.floor(MOST_BYTES / block.length)));
  for (let at = 0; at < many.length; at += block.length) many.set(block, at);
  return replaced(bytes, stop, stop, many);
};

export const splice: Mutate = (bytes, dice, other) => {
  if (other.length === 0) return flipBits(bytes, dice, other);
  const [start, stop] = stretch(bytes, dice, 256);
  return replaced(bytes, start, dice.chance(0.5) ? stop : start, other.subarray(...stretch(other, dice, 256)));
};

export const swapBlocks: Mutate = (bytes, dice) => {
  const [start, stop] = stretch(bytes, dice, 256);
  const to = dice.roll(bytes.length);
  const out = bytes.slice();
  out.set(bytes.subarray(start, Math.min(stop, start + bytes.length - to)), to);
  return out;
};

export const fillBlock: Mutate = (bytes, dice) => {
  const [start, stop] = stretch(bytes, dice, 256);
  return bytes.slice().fill(dice.pick(HOSTILE_BYTES), start, stop);
};

/** Counts, sizes and offsets of binary formats: an integer of 1 to 8 bytes, of either byte order, becomes a hostile one. */
export const setInteger: Mutate = (bytes, dice) => {
  const out = bytes.slice();
  const width = dice.pick([1, 2, 4, 4, 4, 8, 8]);
  if (out.length < width) return out;
  const step = dice.chance(0.7) ? Math.min(width, 4) : 1;
  const at = Math.floor(dice.roll(out.length - width + 1) / step) * step;
  const near = BigInt(bytes.length + dice.roll(5) - 2);
  let value = dice.chance(0.15) ? near : dice.pick(HOSTILE_INTEGERS);
  if (dice.chance(0.1)) value = BigInt(out[at]) + (dice.chance(0.5) ? 1n : -1n);
  const bigEndian = dice.chance(0.15);
  for (let i = 0; i < width; i++) {
    out[at + (bigEndian ? width - 1 - i : i)] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
  return out;
};

export const setFloat: Mutate = (bytes, dice) => {
  const out = bytes.slice();
  if (out.length < 8) return out;
  const at = 4 * Math.floor(dice.roll(out.length - 7) / 4);
  const view = new DataView(out.buffer, out.byteOffset);
  if (dice.chance(0.6)) view.setFloat64(at, dice.pick(HOSTILE_FLOATS), dice.chance(0.8));
  else view.setFloat32(at, dice.pick(HOSTILE_FLOATS), dice.chance(0.8));
  return out;
};

export const BYTE_MUTATORS: readonly Mutate[] = [
  flipBits,
  overwrite,
  truncate,
  extend,
  cutOut,
  repeatBlock,
  splice,
  swapBlocks,
  fillBlock,
  setInteger,
  setInteger,
  setInteger,
  setFloat,
];
