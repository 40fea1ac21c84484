import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyMultiplier,
  bigClip8,
  bigClip16,
  bigCombine,
  bigReciprocal,
  bigRequant,
  bigSum,
  someInt8,
} from "../../../test/integerOps/bigIntegers.ts";
import { multiplierOf } from "./multiplier.ts";
import type { Multiplier } from "./requantize.ts";
import { EXP_TABLE, queryAttention, selfAttention } from "./softmaxAttention.ts";

type Rows = readonly (readonly number[])[];

const inner = (a: readonly number[], b: readonly number[]): bigint => bigSum(a.map((x, i) => BigInt(x) * BigInt(b[i])));

/** One row of attention as the page has it. */
function bigAttention(
  query: readonly number[],
  keys: Rows,
  values: Rows,
  scores: Multiplier,
  of: Multiplier,
): number[] {
  const t = keys.map((key) => bigClip16(bigRequant(inner(query, key), scores)));
  const highest = t.reduce((a, b) => (a > b ? a : b));
  const e = t.map((score) => {
    const i = Number(highest - score);
    return BigInt(i > 191 ? 0 : Math.round(127 * Math.exp(-i / 32)));
  });
  const by = bigCombine(bigReciprocal(bigSum(e)), of);
  return values[0].map((_, d) =>
    Number(bigClip8(bigRequant(bigSum(e.map((weight, j) => weight * BigInt(values[j][d]))), by))),
  );
}

const rowsOf = (x: Int8Array, width: number): number[][] =>
  Array.from({ length: x.length / width }, (_, r) => [...x.subarray(r * width, (r + 1) * width)]);

/** Of the size that scores and values have, and any. */
const scoreMultiplier = fc.oneof(anyMultiplier, fc.double({ min: 1e-4, max: 0.1, noNaN: true }).map(multiplierOf));
const valueMultiplier = fc.oneof(anyMultiplier, fc.double({ min: 0.5, max: 4, noNaN: true }).map(multiplierOf));

describe("selfAttention", () => {
  it("equals the page on big integers, head by head and sequence by sequence", () => {
    const size = fc.integer({ min: 1, max: 4 });
    const cases = fc
      .tuple(size, size, fc.integer({ min: 1, max: 3 }), size)
      .chain(([sequences, length, heads, size]) => {
        const values = someInt8(sequences * length * heads * size);
        return fc.record({
          shape: fc.constant({ sequences, length, heads, size }),
          rows: fc.record({ q: values, k: values, v: values }),
          multipliers: fc.record({ scores: scoreMultiplier, values: valueMultiplier }),
        });
      });
    fc.assert(
      fc.property(cases, ({ shape, rows, multipliers: { scores, values } }) => {
        const { length, heads, size } = shape;
        const width = heads * size;
        const y = rowsOf(selfAttention(rows, shape, { scores, values }), width);
        const [q, k, v] = [rows.q, rows.k, rows.v].map((x) => rowsOf(x, width));
        y.forEach((got, r) => {
          const start = r - (r % length);
          const among = (x: Rows, head: number) =>
            x.slice(start, start + length).map((row) => row.slice(head * size, (head + 1) * size));
          const expected = Array.from({ length: heads }, (_, h) =>
            bigAttention(q[r].slice(h * size, (h + 1) * size), among(k, h), among(v, h), scores, values),
          );
          expect(got).toEqual(expected.flat());
        });
      }),
      { numRuns: 1000 },
    );
  });

  const one = { sequences: 1, heads: 1 };
  const same = multiplierOf(1);

  it("of one row is its value", () => {
    const v = Int8Array.of(-127, -1, 0, 127);
    const y = selfAttention({ q: v, k: v, v }, { ...one, length: 1, size: 4 }, { scores: same, values: same });
    expect(y).toEqual(v);
  });

  it("of scores that are all equal is the mean, whatever they are", () => {
    const v = Int8Array.of(10, -127, 20, 127, 33, 127, 38, 126);
    for (const level of [-127, 0, 127]) {
      const k = new Int8Array(8).fill(level);
      const y = selfAttention(
        { q: k, k, v },
        { ...one, length: 4, size: 2 },
        { scores: multiplierOf(4), values: same },
      );
      expect([...y]).toEqual([25, 63, 25, 63, 25, 63, 25, 63]); // 101 / 4 and 253 / 4
    }
  });

  it("of one score far above the others is that row's value, even where scores saturate", () => {
    const k = Int8Array.of(1, 1, 127, 1, 1);
    const v = Int8Array.of(-127, -127, 99, -127, -127);
    const q = new Int8Array(5).fill(127);
    for (const scores of [multiplierOf(0.02), multiplierOf(1), multiplierOf(1e6)]) {
      const expected = scores.shift < 20 ? -82 : 99; // every score saturates: the mean, −409 / 5
      const y = selfAttention({ q, k, v }, { ...one, length: 5, size: 1 }, { scores, values: same });
      expect([...y]).toEqual(new Array(5).fill(expected));
    }
  });
});

describe("queryAttention", () => {
  it("equals the page on big integers, with a multiplier for every query", () => {
    const size = fc.integer({ min: 1, max: 4 });
    const cases = fc.tuple(size, size, size, size).chain(([groups, tokens, width, rows]) =>
      fc.record({
        shape: fc.constant({ groups, tokens, width }),
        x: someInt8(groups * tokens * width),
        constants: fc.record({
          queries: someInt8(rows * width),
          scores: fc.array(scoreMultiplier, { minLength: rows, maxLength: rows }),
          values: valueMultiplier,
        }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ shape: { groups, tokens, width }, x, constants }) => {
        const y = queryAttention(x, { groups, tokens, width }, constants);
        const queries = rowsOf(constants.queries, width);
        const expected = Array.from({ length: groups }, (_, g) => {
          const own = rowsOf(x, width).slice(g * tokens, (g + 1) * tokens);
          return queries.map((query, r) => bigAttention(query, own, own, constants.scores[r], constants.values));
        });
        expect([...y]).toEqual(expected.flat(2));
      }),
      { numRuns: 1000 },
    );
  });

  it("keeps the sums of 65,536 tokens at the limits inside int32", () => {
    const tokens = 65_536;
    const x = new Int8Array(tokens).fill(-127);
    const constants = { queries: Int8Array.of(127), scores: [multiplierOf(1e-3)], values: multiplierOf(1) };
    expect([...queryAttention(x, { groups: 1, tokens, width: 1 }, constants)]).toEqual([-127]);
  });
});

it("the exponentials start at 127 and are 0 from 178 on", () => {
  expect(EXP_TABLE.length).toBe(192);
  expect([EXP_TABLE[0], EXP_TABLE[32], EXP_TABLE[177], EXP_TABLE[178], EXP_TABLE[191]]).toEqual([127, 47, 1, 0, 0]);
});
