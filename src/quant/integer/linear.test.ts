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

const layer = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, inner, columns]) =>
    fc.record({
      shape: fc.constant({ rows, inner, columns }),
      x: someInt8(rows * inner),
      residual: someInt16(rows * columns),
      constants: fc.record({
        weight: someInt8(columns * inner),
        bias: fc
          .array(wholeIn(-(2 ** 31) + 1 + 12 * 127 ** 2, 2 ** 31 - 1 - 12 * 127 ** 2), {
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

  it("keeps sums at both ends of int32", () => {
    const inner = 1024; // 127² · 1024 of the 2³¹ − 1 come from the products
    const [x, weight] = [new Int8Array(inner).fill(127), new Int8Array(2 * inner).fill(127).fill(-127, inner)];
    const room = 2 ** 31 - 1 - 127 ** 2 * inner;
    const sums = products(x, { rows: 1, inner, columns: 2 }, { weight, bias: Int32Array.of(room, -room) });
    expect([...sums]).toEqual([2 ** 31 - 1, -(2 ** 31) + 1]);
  });
});
