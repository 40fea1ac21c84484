import fc from "fast-check";
import { expect, it } from "vitest";
import { bigFloor } from "../../../test/integerOps/bigIntegers.ts";
import { floorDivide } from "./floorDivide.ts";

it("divides towards −∞ without rounding, as big integers do", () => {
  const dividend = fc.oneof(
    fc.integer({ min: -(2 ** 52) + 1, max: 2 ** 52 - 1 }),
    fc.integer({ min: -100, max: 100 }),
    fc.constantFrom(-(2 ** 52) + 1, 2 ** 52 - 1),
  );
  const divisor = fc.oneof(fc.integer({ min: 1, max: 2 ** 52 - 1 }), fc.integer({ min: 1, max: 100 }));
  fc.assert(
    fc.property(dividend, divisor, (a, b) => {
      expect(BigInt(floorDivide(a, b))).toBe(bigFloor(BigInt(a), BigInt(b)));
    }),
    { numRuns: 10_000 },
  );
});
