import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyMultiplier, bigClip16, bigRequant, INT32, wholeIn } from "../../../test/integerOps/bigIntegers.ts";
import { clip8, clip16, requantize } from "./requantize.ts";

const anyInt32 = fc.oneof(
  wholeIn(...INT32),
  fc.integer({ min: 0, max: 30 }).map((i) => -(2 ** i)),
);

describe("requantize", () => {
  it("equals the formula on big integers wherever the result is below 2⁵³, and clips as it does elsewhere", () => {
    fc.assert(
      fc.property(anyInt32, anyMultiplier, (a, by) => {
        const exact = bigRequant(BigInt(a), by);
        const got = requantize(a, by);
        if (by.shift >= 9) expect(BigInt(got)).toBe(exact);
        expect(BigInt(clip16(got))).toBe(bigClip16(exact));
      }),
      { numRuns: 20_000 },
    );
  });

  it("does so at every corner: limits of int32, of m and of the shift", () => {
    for (const m of [2 ** 30, 2 ** 30 + 1, 2 ** 31 - 1]) {
      for (let shift = 1; shift <= 62; shift++) {
        for (const a of [...INT32, -(2 ** 31) + 1, -65_537, -65_536, -3, -1, 0, 1, 2, 65_535, 2 ** 30]) {
          const exact = bigRequant(BigInt(a), { m, shift });
          const got = requantize(a, { m, shift });
          if (exact > -(2n ** 53n) && exact < 2n ** 53n) expect(Object.is(got, Number(exact))).toBe(true); // never −0
          expect(clip16(got)).toBe(Number(bigClip16(exact)));
        }
      }
    }
  });

  it("rounds ties upwards", () => {
    const half = { m: 2 ** 30, shift: 31 };
    expect([-3, -2, -1, 0, 1, 2, 3].map((a) => requantize(a, half))).toEqual([-1, -1, 0, 0, 1, 1, 2]);
  });

  it("is what the upper half of the product gives from shift 33 on, which is how kernels compute it", () => {
    const wide = anyMultiplier.filter(({ shift }) => shift >= 33);
    fc.assert(
      fc.property(anyInt32, wide, (a, { m, shift }) => {
        const upper = Number((BigInt(a) * BigInt(m)) >> 32n);
        expect(requantize(a, { m, shift })).toBe((upper + (1 << (shift - 33))) >> (shift - 32));
      }),
      { numRuns: 5000 },
    );
  });
});

it("clips to symmetric ranges", () => {
  expect([-1e9, -128, -127, 127, 128, 1e9].map(clip8)).toEqual([-127, -127, -127, 127, 127, 127]);
  expect([-1e9, -32768, 32767, 32768].map(clip16)).toEqual([-32767, -32767, 32767, 32767]);
});
