import { type StepKey, windowStream } from "./windowStream.ts";

/** Random bits per value. */
const BITS = 16;
/** Words that are drawn at a time: they stay in the cache. */
const CHUNK = 16_384;

/**
 * Share of the values that a mask keeps: 1 − p to the nearest 2⁻¹⁶. Kept values are divided by it, so that the mean stays.
 * @param p chance of a value to be dropped, in [0, 1)
 */
export const keptShare = (p: number): number => 1 - droppedShare(p);

/** Share of the values that a mask drops: p to the nearest 2⁻¹⁶. */
export const droppedShare = (p: number): number => threshold(p) / 2 ** BITS;

const threshold = (p: number): number => Math.round(p * 2 ** BITS);

/**
 * Which values dropout keeps: 1 with the chance `keptShare(p)`, else 0, each on its own.
 * @param purpose tells the places in the model apart
 * @param indices places of the windows in the batch of all ranks; [0] for a tensor without windows
 * @param perWindow values of one window
 * @returns (windows, perWindow) bool
 */
export function dropoutMask(
  key: StepKey,
  purpose: string,
  indices: ArrayLike<number>,
  perWindow: number,
  p: number,
): Uint8Array {
  const keep = new Uint8Array(indices.length * perWindow);
  if (threshold(p) === 0) return keep.fill(1);
  for (let w = 0; w < indices.length; w++) {
    const { words } = windowStream(key, `dropout/${purpose}`, indices[w]);
    for (let word = 0; 2 * word < perWindow; word += CHUNK) {
      const at = 2 * word;
      const count = Math.min(2 * CHUNK, perWindow - at);
      const from = w * perWindow + at;
      compare(words(word, Math.ceil(count / 2)), threshold(p), keep.subarray(from, from + count));
    }
  }
  return keep;
}

/** Value i takes the lower half of word ⌊i/2⌋ if i is even, else the upper; kept where it is not below the limit. */
function compare(words: Uint32Array, limit: number, keep: Uint8Array): void {
  const pairs = keep.length >> 1;
  for (let i = 0; i < pairs; i++) {
    const word = words[i];
    keep[2 * i] = (word & 0xffff) >= limit ? 1 : 0;
    keep[2 * i + 1] = word >>> BITS >= limit ? 1 : 0;
  }
  if (keep.length % 2 === 1) keep[keep.length - 1] = (words[pairs] & 0xffff) >= limit ? 1 : 0;
}
