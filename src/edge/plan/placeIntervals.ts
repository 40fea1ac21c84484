/** Bytes that are needed for some steps. */
export interface MemoryBlock {
  readonly bytes: number;
  /** First and last step that needs them, both included. */
  readonly from: number;
  readonly to: number;
}

/** Where blocks lie. */
export interface Placement {
  /** Of each block, in bytes. */
  readonly offsets: readonly number[];
  /** What all of them together take. */
  readonly bytes: number;
  /** What they take at the fullest step: no placement needs less. */
  readonly lowerBound: number;
}

/** Orders that are tried. */
const ROUNDS = 200;

/**
 * Give every block an address such that none overlaps another one that is needed at the same time. Blocks are placed one after the other, each at the lowest address
 * that is free for all its steps: from the largest to the smallest at first, then with those that ended highest moved to the front, until the lower bound is reached
 * or nothing is left to try. The same blocks always get the same addresses.
 * @param alignment of every address; sizes are rounded up to it
 */
export function placeIntervals(blocks: readonly MemoryBlock[], alignment: number): Placement {
  const sizes = blocks.map(({ bytes }) => Math.ceil(bytes / alignment) * alignment);
  const lowerBound = fullestStep(blocks, sizes);
  let order = blocks.map((_, i) => i).sort((a, b) => sizes[b] - sizes[a] || blocks[a].from - blocks[b].from);
  let best = placeInOrder(blocks, sizes, order);
  for (let round = 0; round < ROUNDS && best.bytes > lowerBound; round++) {
    const last = round === 0 ? best : placeInOrder(blocks, sizes, order);
    if (last.bytes < best.bytes) best = last;
    const highest = order.filter((i) => last.offsets[i] + sizes[i] === last.bytes);
    order = [...highest, ...order.filter((i) => !highest.includes(i))];
  }
  return { ...best, lowerBound };
}

function placeInOrder(
  blocks: readonly MemoryBlock[],
  sizes: readonly number[],
  order: readonly number[],
): Pick<Placement, "offsets" | "bytes"> {
  const offsets = new Array<number>(blocks.length).fill(0);
  const placed: number[] = [];
  for (const i of order) {
    const others = placed
      .filter((other) => meet(blocks[i], blocks[other]))
      .map((other) => ({ start: offsets[other], end: offsets[other] + sizes[other] }));
    offsets[i] = firstGap(others, sizes[i]);
    placed.push(i);
  }
  return { offsets, bytes: Math.max(0, ...blocks.map((_, i) => offsets[i] + sizes[i])) };
}

const meet = (a: MemoryBlock, b: MemoryBlock): boolean => a.from <= b.to && b.from <= a.to;

function firstGap(taken: readonly { readonly start: number; readonly end: number }[], size: number): number {
  let at = 0;
  for (const { start, end } of taken.toSorted((a, b) => a.start - b.start)) {
    if (start - at >= size) return at;
    at = Math.max(at, end);
  }
  return at;
}

function fullestStep(blocks: readonly MemoryBlock[], sizes: readonly number[]): number {
  const at = (step: number) =>
    blocks.reduce((sum, { from, to }, i) => sum + (from <= step && step <= to ? sizes[i] : 0), 0);
  return Math.max(0, ...new Set(blocks.map(({ from }) => at(from)))); // memory only grows where a block begins
}
