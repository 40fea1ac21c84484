import { describe, expect, it } from "vitest";
import { philoxBulk } from "./philoxBulk.ts";
import { philox } from "./random.ts";

/** Blocks one by one. */
function oneByOne(count: number, first: number, tags: readonly [number, number], keys: readonly [number, number]) {
  const out = new Uint32Array(count);
  const block = new Uint32Array(4);
  for (let i = 0; i < count; i += 4) {
    const index = first + i / 4;
    philox(block, index >>> 0, Math.floor(index / 2 ** 32), ...tags, ...keys);
    out.set(block, i);
  }
  return out;
}

describe("many Philox blocks at once", () => {
  const ones = 0xffffffff;
  type Pair = readonly [number, number];
  it.each<readonly [string, number, Pair, Pair]>([
    ["no bit set", 0, [0, 0], [0, 0]],
    ["all bits set", ones, [ones, ones], [ones, ones]],
    ["a counter that passes 2^32", 2 ** 32 - 3, [7, 0x80000000], [0x9e3779b9, 1]],
    ["a counter above 2^32", 2 ** 47 + 5, [0x243f6a88, 0x85a308d3], [0xa4093822, 0x299f31d0]],
  ])("are the blocks one by one: %s", (_, first, tags, keys) => {
    const out = new Uint32Array(64);
    philoxBulk()!.fill(out, first, ...tags, ...keys);
    expect(out).toEqual(oneByOne(64, first, tags, keys));
  });

  it("are the blocks one by one over several memory pages", () => {
    const out = new Uint32Array(2 * 16384 + 12);
    philoxBulk()!.fill(out, 11, 1, 2, 3, 4);
    expect(out).toEqual(oneByOne(out.length, 11, [1, 2], [3, 4]));
  });
});
