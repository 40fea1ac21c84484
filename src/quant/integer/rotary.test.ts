import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyMultiplier, bigClip8, bigRequant, someInt16 } from "../../../test/integerOps/bigIntegers.ts";
import { multiplierOf } from "./multiplier.ts";
import { rotary, rotaryTables } from "./rotary.ts";

describe("rotary", () => {
  it("equals the page on big integers, with any tables", () => {
    const small = fc.integer({ min: 1, max: 4 });
    const cases = fc.tuple(small, small, small).chain(([rows, heads, pairs]) =>
      fc.record({
        shape: fc.constant({ rows, heads, size: 2 * pairs }),
        x: someInt16(rows * heads * 2 * pairs),
        tables: fc.record({ cos: someInt16(rows * pairs), sin: someInt16(rows * pairs) }),
        by: fc.oneof(anyMultiplier, fc.constant(multiplierOf(2 ** -23))),
      }),
    );
    fc.assert(
      fc.property(cases, ({ shape, x, tables, by }) => {
        const { rows, heads, size } = shape;
        const y = rotary(x, shape, tables, by);
        const expected: number[] = [];
        for (let row = 0; row < rows; row++) {
          for (let head = 0; head < heads; head++) {
            for (let i = 0; i < size / 2; i++) {
              const at = (row * heads + head) * size + 2 * i;
              const [x0, x1] = [BigInt(x[at]), BigInt(x[at + 1])];
              const [c, s] = [tables.cos, tables.sin].map((table) => BigInt(table[(row * size) / 2 + i]));
              for (const sum of [x0 * c - x1 * s, x0 * s + x1 * c]) {
                expect(BigInt.asIntN(32, sum)).toBe(sum); // stays inside int32
                expected.push(Number(bigClip8(bigRequant(sum, by))));
              }
            }
          }
        }
        expect([...y]).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("turns by no angle, a quarter and a half", () => {
    const tables = rotaryTables([0, Math.PI / 2, Math.PI]);
    expect([...tables.cos]).toEqual([32767, 0, -32767]);
    expect([...tables.sin]).toEqual([0, 32767, 0]);
    const x = Int16Array.of(12_000, -500, 12_000, -500, 12_000, -500);
    const y = rotary(x, { rows: 3, heads: 1, size: 2 }, tables, multiplierOf(0.01 / 2 ** 15));
    expect([...y]).toEqual([120, -5, 5, 120, -120, 5]);
  });
});
