import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GraphError } from "../errors.ts";
import { axisOf, broadcast, type Dim, lengthOf, productOf, quotientOf, shapeText } from "./dim.ts";

const SYMBOLS = new Map([
  ["B", 2],
  ["C", 3],
  ["S", 5],
  ["dim", 7],
]);

/** Small enough that no product of a test leaves the exact whole numbers: 6¹⁸ < 2⁵³. */
const factor = fc.integer({ min: 1, max: 6 });
const symbol = fc.constantFrom(...SYMBOLS.keys());
/** A number, a symbol, or a product in any order, not necessarily canonical. */
const anyDim: fc.Arbitrary<Dim> = fc.oneof(
  factor,
  fc.array(fc.oneof(symbol, factor.map(String)), { minLength: 1, maxLength: 3 }).map((parts) => parts.join("*")),
);
const dims = fc.array(anyDim, { maxLength: 3 });
const value = (dim: Dim) => lengthOf(dim, SYMBOLS);

describe("lengths of axes", () => {
  it("a product stands for the product of what its factors stand for", () => {
    fc.assert(fc.property(dims, (all) => value(productOf(all)) === all.reduce<number>((n, d) => n * value(d), 1)));
  });

  it("a product is the same in any order and any grouping", () => {
    fc.assert(
      fc.property(dims, dims, (a, b) => {
        const whole = productOf([...a, ...b]);
        expect(productOf([...b.toReversed(), ...a])).toBe(whole);
        expect(productOf([productOf(a), productOf(b)])).toBe(whole);
      }),
    );
  });

  it("equal lengths are equal strings, and 0 ends all symbols", () => {
    expect(productOf(["S", 32])).toBe("32*S");
    expect(productOf(["S*2", "B*16"])).toBe("32*B*S");
    expect(productOf(["S", 1])).toBe("S");
    expect(productOf(["S", 0])).toBe(0);
    expect(productOf([])).toBe(1);
  });

  it("a quotient undoes a product", () => {
    fc.assert(fc.property(anyDim, anyDim, (a, b) => quotientOf(productOf([a, b]), b) === productOf([a])));
  });

  it("a quotient that exists times its divisor is the dividend", () => {
    fc.assert(
      fc.property(anyDim, anyDim, (a, b) => {
        const quotient = quotientOf(a, b);
        return quotient === undefined || productOf([quotient, b]) === productOf([a]);
      }),
    );
  });

  it("there is no quotient by a symbol that is not there, by 0, or with a rest", () => {
    expect(quotientOf("32*S", "B")).toBeUndefined();
    expect(quotientOf("S", "S*S")).toBeUndefined();
    expect(quotientOf("32*S", 5)).toBeUndefined();
    expect(quotientOf(4, 0)).toBeUndefined();
    expect(quotientOf("32*S", 32)).toBe("S");
  });

  it("a shape reads as a list", () => {
    expect(shapeText(["B", "32*S", 64])).toBe("[B, 32*S, 64]");
  });
});

describe("broadcasting", () => {
  const shape = fc.array(fc.constantFrom<Dim>(1, 2, 3, "B", "C"), { maxLength: 4 });
  /** The shape's own axes, some of them 1, some leading ones left out: what broadcasts to it. */
  const part = (whole: readonly Dim[], ones: readonly boolean[], cut: number) =>
    whole.map((d, i) => (ones[i % ones.length] ? 1 : d)).slice(Math.min(cut, whole.length));
  const flags = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });

  it("a shape and parts of it give the shape, in any order", () => {
    fc.assert(
      fc.property(shape, flags, fc.nat(4), (whole, ones, cut) => {
        expect(broadcast([whole, part(whole, ones, cut)], "test")).toEqual(whole);
        expect(broadcast([part(whole, ones, cut), whole, []], "test")).toEqual(whole);
      }),
    );
  });

  it("lengths that differ and are not 1 are refused, with their axis", () => {
    expect(() =>
      broadcast(
        [
          ["B", 3],
          [3, 3],
        ],
        "node",
      ),
    ).toThrow("node: shapes do not broadcast at axis 0: got [B, 3] and [3, 3]");
    expect(() => broadcast([[2], [3]], "node")).toThrow(GraphError);
  });
});

it("axes count from both ends and stop there", () => {
  expect([0, 2, -1, -3].map((axis) => axisOf(axis, 3, "node"))).toEqual([0, 2, 2, 0]);
  for (const axis of [3, -4, Number.NaN, 0.5]) expect(() => axisOf(axis, 3, "node")).toThrow(GraphError);
});
