import { philoxBulk } from "./philoxBulk.ts";

/**
 * Counter-based random numbers (Philox 4×32-10): word i of a stream is a function of (seed, purpose, i) alone,
 * so any part of a stream can be made anywhere, in any order, on any number of workers.
 * @see Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (SC 2011)
 */
export interface RandomStream {
  /** Uniform 32-bit words `start … start + count − 1`. */
  words(start: number, count: number): Uint32Array;
  /** Uniform in [0, 1) with 24 random bits, one word each. */
  uniform(start: number, count: number): Float32Array;
  /** Standard normal (Box–Muller); value i uses the words 2⌊i/2⌋ and 2⌊i/2⌋ + 1. */
  normal(start: number, count: number): Float32Array;
}

/** The stream of a purpose ("weights/blocks.0…", "mask/17", …) under a seed. */
export function randomStream(seed: number, purpose: string): RandomStream {
  const [key0, key1] = [seed >>> 0, Math.floor(seed / 2 ** 32) >>> 0];
  const [tag0, tag1] = hash64(purpose);
  const words = (start: number, count: number): Uint32Array => {
    const [firstBlock, skip] = [Math.floor(start / 4), start % 4];
    const blocks = new Uint32Array(4 * Math.ceil((skip + count) / 4));
    fillBlocks(blocks, firstBlock, tag0, tag1, key0, key1);
    return blocks.length === count ? blocks : blocks.slice(skip, skip + count);
  };
  const uniform = (start: number, count: number) => {
    const raw = words(start, count);
    const out = new Float32Array(count);
    for (let i = 0; i < count; i++) out[i] = (raw[i] >>> 8) * 2 ** -24;
    return out;
  };
  const normal = (start: number, count: number) => {
    const first = start - (start % 2);
    const raw = words(first, count + 2 + (count % 2));
    return Float32Array.from({ length: count }, (_, i) => {
      const at = 2 * Math.floor((start - first + i) / 2);
      const radius = Math.sqrt(-2 * Math.log((raw[at] + 1) * 2 ** -32)); // in (0, 1]: the logarithm is finite
      const angle = 2 * Math.PI * raw[at + 1] * 2 ** -32;
      return radius * ((start + i) % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
    });
  };
  return { words, uniform, normal };
}

/** Words from which on WebAssembly is faster than its call. */
const BULK_WORDS = 256;

/** The words of the blocks `first`, `first + 1`, …; each counter is (block low, block high, tag0, tag1). */
function fillBlocks(out: Uint32Array, first: number, tag0: number, tag1: number, key0: number, key1: number): void {
  const bulk = out.length >= BULK_WORDS ? philoxBulk() : null;
  if (bulk === null) fillOneByOne(out, first, tag0, tag1, key0, key1);
  else bulk.fill(out, first, tag0, tag1, key0, key1);
}

function fillOneByOne(out: Uint32Array, first: number, tag0: number, tag1: number, key0: number, key1: number): void {
  const block = new Uint32Array(4);
  for (let i = 0; i < out.length; i += 4) {
    const index = first + i / 4;
    philox(block, index >>> 0, Math.floor(index / 2 ** 32), tag0, tag1, key0, key1);
    out.set(block, i);
  }
}

/** One block of four words for the counter (c0, c1, c2, c3) and the key (k0, k1). */
export function philox(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    const high0 = mulHigh(0xd2511f53, c0);
    const high1 = mulHigh(0xcd9e8d57, c2);
    const low0 = Math.imul(0xd2511f53, c0);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0; // unsigned or not makes no difference to products, shifts by >>> and ^
    c2 = high0 ^ c3 ^ k1;
    c1 = low1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** Upper 32 bits of a 32 × 32 bit product, from products of halves; every sum stays below 2³². */
function mulHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const middle = (Math.imul(aHigh, bLow) >>> 0) + (Math.imul(aLow, bLow) >>> 16); // < 2³², since (2¹⁶ − 1)² + 2¹⁶ < 2³²
  const other = (Math.imul(aLow, bHigh) >>> 0) + (middle & 0xffff);
  return (Math.imul(aHigh, bHigh) + (middle >>> 16) + (other >>> 16)) | 0;
}

/** FNV-1a over UTF-16 units, two halves with different offsets. */
function hash64(text: string): [number, number] {
  let [a, b] = [0x811c9dc5, 0x050c5d1f];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x01000193) ^ (b >>> 15);
  }
  return [a >>> 0, b >>> 0];
}
