import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyMultiplier,
  bigClip8,
  bigClip16,
  bigRequant,
  bigSum,
  someInt8,
  someInt16,
  wholeIn,
} from "../../../test/integerOps/bigIntegers.ts";
import { linear8, linear16, products } from "./linear.ts";

/** What products of 12 values add at most. */
const FARTHEST = 12 * 32767 * 127;

const layer = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, inner, columns]) =>
    fc.record({
      shape: fc.constant({ rows, inner, columns }),
      x: fc.oneof(someInt8(rows * inner), someInt16(rows * inner)),
      residual: someInt16(rows * columns),
      constants: fc.record({
        weight: someInt8(columns * inner),
        bias: fc
          .array(wholeIn(-(2 ** 31) + 1 + FARTHEST, 2 ** 31 - 1 - FARTHEST), {
            minLength: columns,
            maxLength: columns,
          })
          .map((values) => Int32Array.from(values)),
        multipliers: fc.array(anyMultiplier, { minLength: columns, maxLength: columns }),
      }),
    }),
  );

describe("linear", () => {
  it("equals products, requantisation and residual on big integers, to i8 and i16", () => {
    fc.assert(
      fc.property(layer, ({ shape, x, residual, constants }) => {
        const { rows, inner, columns } = shape;
        const [bytes, words] = [linear8(x, shape, constants), linear16(x, shape, constants)];
        const summed = linear16(x, shape, constants, residual);
        expect([bytes.length, words.length]).toEqual([rows * columns, rows * columns]);
        for (let i = 0; i < rows * columns; i++) {
          const [r, n] = [Math.floor(i / columns), i % columns];
          const terms = Array.from({ length: inner }, (_, k) => [x[r * inner + k], constants.weight[n * inner + k]]);
          const sum = BigInt(constants.bias[n]) + bigSum(terms.map(([a, w]) => BigInt(a) * BigInt(w)));
          const real = bigRequant(sum, constants.multipliers[n]);
          expect([bytes[i], words[i], summed[i]]).toEqual([
            Number(bigClip8(real)),
            Number(bigClip16(real)),
            Number(bigClip16(BigInt(residual[i]) + bigClip16(real))),
          ]);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["i8", new Int8Array(1024).fill(127)],
    ["i16", new Int16Array(512).fill(32767)],
  ])("keeps sums of %s at both ends of int32", (_, x) => {
    const inner = x.length;
    const weight = new Int8Array(2 * inner).fill(127).fill(-127, inner);
    const room = 2 ** 31 - 1 - x[0] * 127 * inner;
    const sums = products(x, { rows: 1, inner, columns: 2 }, { weight, bias: Int32Array.of(room, -room) });
    expect([...sums]).toEqual([2 ** 31 - 1, -(2 ** 31) + 1]);
  });
});
