import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyMultiplier,
  bigCombine,
  bigInverseRoot,
  bigReciprocal,
  INT32,
} from "../../../test/integerOps/bigIntegers.ts";
import { combine, inverseRoot, multiplierOf, reciprocal } from "./multiplier.ts";
import { type Multiplier, requantize } from "./requantize.ts";

const real = ({ m, shift }: Multiplier): number => m / 2 ** shift;
/** What cutting m ≥ 2³⁰ off below its last bit costs, relatively; and room for the float64 that it is seen with. */
const LAST_BIT = 2 ** -30 * (1 + 1e-6);

const inRange = ({ m, shift }: Multiplier): boolean => m >= 2 ** 30 && m < 2 ** 31 && shift >= 1 && shift <= 62;

describe("multiplierOf", () => {
  it("is within 2⁻³¹ of every factor that it can hold", () => {
    const factors = fc.tuple(fc.double({ min: 1, max: 2, noNaN: true }), fc.integer({ min: -32, max: 28 }));
    fc.assert(
      fc.property(factors, ([mantissa, exponent]) => {
        const factor = mantissa * 2 ** exponent;
        const by = multiplierOf(factor);
        expect(inRange(by)).toBe(true);
        expect(Math.abs(real(by) / factor - 1)).toBeLessThanOrEqual(2 ** -31);
      }),
      { numRuns: 5000 },
    );
  });

  it("takes powers of two and their neighbours as the page says", () => {
    expect(multiplierOf(1)).toEqual({ m: 2 ** 30, shift: 30 });
    expect(multiplierOf(1 - 2 ** -53)).toEqual({ m: 2 ** 30, shift: 30 }); // rounds to 2³¹
    expect(multiplierOf(1 - 2 ** -31)).toEqual({ m: 2 ** 31 - 1, shift: 31 });
    expect(multiplierOf(2 ** 29)).toEqual({ m: 2 ** 30, shift: 1 });
    expect(multiplierOf(2 ** -32)).toEqual({ m: 2 ** 30, shift: 62 });
    expect(multiplierOf(2 ** 30 - 0.3)).toEqual({ m: 2 ** 31 - 1, shift: 1 });
  });

  it("below 2⁻³² becomes what gives 0 for every int32, as the exact product would", () => {
    for (const factor of [0, 1e-300, 2 ** -32 * (1 - 2 ** -53)]) {
      expect(INT32.map((a) => requantize(a, multiplierOf(factor)))).toEqual([0, 0]);
    }
  });

  it("refuses what no multiplier is", () => {
    for (const factor of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 30, 2 ** 30 - 0.25]) {
      expect(() => multiplierOf(factor)).toThrow("a factor between two scales: expected 0 ≤ factor < 2^30");
    }
  });
});

describe("products and inverses", () => {
  it("combine multiplies, as on big integers; within 2⁻³⁰ where the shift is not clamped", () => {
    fc.assert(
      fc.property(anyMultiplier, anyMultiplier, (a, b) => {
        const both = combine(a, b);
        expect(both).toEqual(bigCombine(a, b));
        expect(inRange(both)).toBe(true);
        const exact = real(a) * real(b);
        if (exact >= 2 ** -31 && exact < 2 ** 29) expect(Math.abs(real(both) / exact - 1)).toBeLessThan(LAST_BIT);
      }),
      { numRuns: 5000 },
    );
  });

  it("a clamped shift moves a result by one, or leaves it saturated", () => {
    const tiny = combine({ m: 2 ** 31 - 1, shift: 62 }, { m: 2 ** 31 - 1, shift: 40 });
    for (const a of INT32) expect(Math.abs(requantize(a, tiny))).toBeLessThanOrEqual(1);
    const huge = combine({ m: 2 ** 30, shift: 1 }, { m: 2 ** 30, shift: 20 });
    expect(requantize(1, huge)).toBe(2 ** 29);
    expect(requantize(-1, huge)).toBe(-(2 ** 29));
  });

  it("reciprocal is 1 / d within 2⁻³⁰, as on big integers", () => {
    const holds = (d: number) => {
      expect(reciprocal(d)).toEqual(bigReciprocal(BigInt(d)));
      expect(inRange(reciprocal(d))).toBe(true);
      expect(Math.abs(real(reciprocal(d)) * d - 1)).toBeLessThan(LAST_BIT);
    };
    for (let i = 0; i < 31; i++) for (const d of [2 ** i, 2 ** i + 1, 2 ** (i + 1) - 1]) if (d < 2 ** 31) holds(d);
    fc.assert(fc.property(fc.integer({ min: 1, max: 2 ** 31 - 1 }), holds), { numRuns: 5000 });
  });

  it("inverseRoot is 1 / √v within 2⁻²⁹, as on big integers", () => {
    const holds = (v: bigint) => {
      expect(inverseRoot(v)).toEqual(bigInverseRoot(v));
      expect(inRange(inverseRoot(v))).toBe(true);
      expect(Math.abs(real(inverseRoot(v)) * Math.sqrt(Number(v)) - 1)).toBeLessThan(2 * LAST_BIT);
    };
    for (let i = 0n; i < 62n; i++)
      for (const v of [1n << i, (1n << i) + 1n, (2n << i) - 1n]) if (v < 1n << 62n) holds(v);
    fc.assert(fc.property(fc.bigInt({ min: 1n, max: (1n << 62n) - 1n }), holds), { numRuns: 5000 });
  });
});
