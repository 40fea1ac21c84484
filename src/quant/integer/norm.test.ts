import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyMultiplier,
  bigClip8,
  bigClip16,
  bigCombine,
  bigFloor,
  bigInverseRoot,
  bigRequant,
  bigSum,
  someInt8,
  someInt16,
  wholeIn,
} from "../../../test/integerOps/bigIntegers.ts";
import { multiplierOf } from "./multiplier.ts";
import { groupNorm, layerNorm, type NormConstants, normStatistics } from "./norm.ts";

/** Steps 1 to 5 of docs/integer.md for the values of one norm; `column[i]` says which γ and β value i has. */
function bigNorm(values: readonly number[], column: readonly number[], constants: NormConstants): number[] {
  const x = values.map(BigInt);
  const n = BigInt(x.length);
  const [s, q] = [bigSum(x), bigSum(x.map((value) => value * value))];
  const mean = bigFloor(2n * s + n, 2n * n);
  const rest = s - n * mean;
  const v = q - 2n * mean * s + n * mean * mean - (rest * rest) / n;
  const mean8 = bigFloor(512n * s + n, 2n * n);
  const total = v + BigInt(constants.epsilon);
  if (v < 0n || total >= 1n << 62n) throw new Error("out of the range that the page states");
  const by = bigCombine(bigInverseRoot(total), constants.root);
  return x.map((value, i) => {
    const z = bigClip16(bigRequant(256n * value - mean8, by));
    const { affine, output } = constants;
    const y = affine ? z * BigInt(affine.gamma[column[i]]) + BigInt(affine.beta[column[i]]) : z;
    return Number(bigClip8(bigRequant(y, output)));
  });
}

const BETA = 2 ** 31 - 1 - 32767 ** 2;

/** Values that differ by few steps, at any level: where a 256th of a step and the fraction of a mean show. */
const quietInt16 = (length: number): fc.Arbitrary<Int16Array> =>
  fc
    .tuple(
      fc.integer({ min: -32000, max: 32000 }),
      fc.array(fc.integer({ min: -3, max: 3 }), { minLength: length, maxLength: length }),
    )
    .map(([level, steps]) => Int16Array.from(steps, (step) => level + step));

const constantsOf = (n: number, columns: number): fc.Arbitrary<NormConstants> =>
  fc.record({
    epsilon: fc.oneof(
      fc.constantFrom(1, 2 ** 52, 2 ** 61 - 512),
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 1e4 }),
    ),
    root: fc.constant(normStatistics(n, 0, 1).root),
    output: fc.oneof(anyMultiplier, fc.constantFrom(multiplierOf(1e-6), multiplierOf(1))),
    affine: fc.option(
      fc.record({
        gamma: someInt16(columns),
        beta: fc.array(wholeIn(-BETA, BETA), { minLength: columns, maxLength: columns }).map((b) => Int32Array.from(b)),
      }),
      { nil: undefined },
    ),
  });

const shaped = fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 9 }));

describe("layerNorm", () => {
  it("equals the page's steps on big integers, for i8 and i16, with and without an affine part", () => {
    const norms = shaped.chain(([rows, columns]) =>
      fc.tuple(
        fc.constant({ rows, columns }),
        fc.oneof(someInt8(rows * columns), someInt16(rows * columns), quietInt16(rows * columns)),
        constantsOf(columns, columns),
      ),
    );
    fc.assert(
      fc.property(norms, ([shape, x, constants]) => {
        const column = Array.from({ length: shape.columns }, (_, c) => c);
        const expected = Array.from({ length: shape.rows }, (_, r) =>
          bigNorm(
            column.map((c) => x[r * shape.columns + c]),
            column,
            constants,
          ),
        );
        expect([...layerNorm(x, shape, constants)]).toEqual(expected.flat());
      }),
      { numRuns: 1000 },
    );
  });

  it("makes a constant row beta, whatever its level and E", () => {
    for (const level of [-32767, -1, 0, 77, 32767]) {
      const output = multiplierOf(1 / 2 ** 20);
      const affine = { gamma: new Int16Array(5).fill(32767), beta: Int32Array.of(-5, -1, 0, 1, 9).map((b) => b << 20) };
      const x = new Int16Array(5).fill(level);
      for (const epsilon of [1, 2 ** 60]) {
        const constants = { ...normStatistics(5, 0, 1), epsilon, output, affine };
        expect([...layerNorm(x, { rows: 1, columns: 5 }, constants)]).toEqual([-5, -1, 0, 1, 9]);
      }
    }
  });

  it("of one value is 0", () => {
    const constants = { ...normStatistics(1, 1e-5, 0.01), output: multiplierOf(1) };
    expect([...layerNorm(Int16Array.of(-32767, 3, 32767), { rows: 3, columns: 1 }, constants)]).toEqual([0, 0, 0]);
  });

  it("of values that are −32767 and 32767 everywhere is ±1 deviation", () => {
    for (const columns of [2, 100, 2 ** 18 - 2]) {
      const x = Int16Array.from({ length: columns }, (_, i) => (i % 2 ? 32767 : -32767));
      const output = multiplierOf(100 / 1024);
      const y = layerNorm(x, { rows: 1, columns }, { ...normStatistics(columns, 1e-5, 1e-3), output });
      expect(y.every((value, i) => value === (i % 2 ? 100 : -100))).toBe(true);
    }
  });

  it("saturates at 32 deviations, which one value among many reaches", () => {
    const x = new Int16Array(4000);
    x[17] = 1000; // √3999 = 63 deviations
    const constants = { ...normStatistics(4000, 0, 1), output: multiplierOf(100 / 32767) };
    const y = layerNorm(x, { rows: 1, columns: 4000 }, constants);
    expect([y[17], y[18]]).toEqual([100, 0]);
  });
});

describe("groupNorm", () => {
  it("equals the page's steps on big integers for every group of columns over all rows", () => {
    const norms = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 4 }))
      .chain(([rows, groups, each]) =>
        fc.tuple(
          fc.constant({ rows, columns: groups * each }),
          fc.shuffledSubarray(
            Array.from({ length: groups * each }, (_, c) => c % groups),
            { minLength: groups * each },
          ),
          someInt16(rows * groups * each),
          constantsOf(rows * each, groups * each),
        ),
      );
    fc.assert(
      fc.property(norms, ([{ rows, columns }, groupOf, x, constants]) => {
        const y = groupNorm(x, { rows, columns }, groupOf, constants);
        for (const group of new Set(groupOf)) {
          const places = Array.from(x.keys()).filter((i) => groupOf[i % columns] === group);
          const expected = bigNorm(
            places.map((i) => x[i]),
            places.map((i) => i % columns),
            constants,
          );
          expect(places.map((i) => y[i])).toEqual(expected);
        }
        expect(y.length).toBe(rows * columns);
      }),
      { numRuns: 500 },
    );
  });
});

it("E is n · ε / scale², at least 1", () => {
  expect(normStatistics(256, 1e-5, 1e-3).epsilon).toBe(2560);
  expect(normStatistics(64, 1e-5, 1).epsilon).toBe(1);
});
