import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  bigClip16,
  bigCombine,
  bigFloor,
  bigInverseRoot,
  bigRequant,
  bigSum,
  wholeIn,
} from "../../../test/integerOps/bigIntegers.ts";
import { zscoreCounts, zscoreRoot } from "./zscore.ts";

const LIMIT = 2 ** 23 - 1;

/** One channel as the page has it, with the products that leave int64 taken modulo 2⁶⁴. */
function bigZscore(values: readonly number[]): number[] {
  const x = values.map(BigInt);
  const n = BigInt(x.length);
  const [s, q] = [bigSum(x), bigSum(x.map((value) => value * value))];
  const mean = bigFloor(2n * s + n, 2n * n);
  const rest = s - n * mean;
  const v = BigInt.asIntN(64, q - BigInt.asIntN(64, 2n * mean * s) + n * mean * mean) - (rest * rest) / n;
  if (v < 0n || v >= 1n << 62n) throw new Error("out of the range that the page states");
  if (v === 0n) return values.map(() => 0);
  const by = bigCombine(bigInverseRoot(v), zscoreRoot(x.length));
  const m6 = bigFloor(128n * rest + n, 2n * n);
  return x.map((value) => Number(bigClip16(bigRequant(64n * (value - mean) - m6, by))));
}

describe("zscoreCounts", () => {
  it("equals the page on big integers, channel by channel", () => {
    const channel = (n: number) =>
      fc.oneof(
        fc.array(wholeIn(-LIMIT, LIMIT), { minLength: n, maxLength: n }),
        fc
          .tuple(
            fc.integer({ min: -LIMIT + 9, max: LIMIT - 9 }),
            fc.array(fc.integer({ min: -9, max: 9 }), { minLength: n, maxLength: n }),
          )
          .map(([level, noise]) => noise.map((value) => level + value)),
      );
    const cases = fc.integer({ min: 1, max: 40 }).chain((n) => fc.array(channel(n), { minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(cases, (channels) => {
        const z = zscoreCounts(Int32Array.from(channels.flat()), channels.length, zscoreRoot(channels[0].length));
        expect([...z]).toEqual(channels.flatMap(bigZscore));
      }),
      { numRuns: 2000 },
    );
  });

  it("stays exact at the limits of counts and length", () => {
    const n = 2 ** 16 - 1;
    for (const level of [(i: number) => (i % 2 ? LIMIT : -LIMIT), (i: number) => (i === 5 ? -LIMIT : LIMIT)]) {
      const x = Array.from({ length: n }, (_, i) => level(i));
      expect([...zscoreCounts(Int32Array.from(x), 1, zscoreRoot(n))]).toEqual(bigZscore(x));
    }
  });

  it("makes constant channels and single samples 0, also at the limits", () => {
    for (const level of [-LIMIT, 0, 5, LIMIT]) {
      for (const n of [1, 2, 777]) {
        expect(zscoreCounts(new Int32Array(n).fill(level), 1, zscoreRoot(n)).every((z) => z === 0)).toBe(true);
      }
    }
  });
});
