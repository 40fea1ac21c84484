import { randomStream } from "../../model/index.ts";

/** A random order of 0 … n − 1 that is computed place by place. */
export type Permutation = (place: number) => number;

const ROUNDS = 8;
/** Halves of fewer bits make a Feistel network that reaches only some of the orders of a short list. */
const LEAST_BITS = 4;

/**
 * A random permutation of 0 … n − 1 (n < 2³²) without storing it: a Feistel network over the next even number of bits, walked along its
 * cycle until the value is below n (fewer than four turns on average for n > 64).
 * @see Black and Rogaway, "Ciphers with arbitrary finite domains" (CT-RSA 2002), cycle walking
 */
export function permutation(n: number, seed: number, purpose: string): Permutation {
  const bits = Math.max(LEAST_BITS, Math.ceil(Math.log2(Math.max(n, 1)) / 2));
  const keys = randomStream(seed, purpose).words(0, ROUNDS);
  return (place) => {
    let value = feistel(place, bits, keys);
    while (value >= n) value = feistel(value, bits, keys);
    return value;
  };
}

/** One pass of (left, right) → (right, left ⊕ hash(right, key)) per key; halves of `bits` bits, at most 16. */
function feistel(value: number, bits: number, keys: Uint32Array): number {
  const mask = 2 ** bits - 1;
  let left = (value >>> bits) & mask;
  let right = value & mask;
  for (const key of keys) {
    const next = left ^ (hash32(right ^ key) & mask);
    left = right;
    right = next;
  }
  return ((left << bits) | right) >>> 0;
}

/** The finaliser of MurmurHash3: every bit of the input reaches every bit of the output. */
function hash32(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
