import fc from "fast-check";
import { expect, it } from "vitest";
import { isqrt } from "./isqrt.ts";

it("the integer square root is the largest whole number whose square fits", () => {
  const holds = (v: bigint) => {
    const root = BigInt(isqrt(v));
    expect(root * root <= v && v < (root + 1n) * (root + 1n)).toBe(true);
  };
  for (let v = 0n; v < 1000n; v++) holds(v);
  for (let i = 0n; i < 31n; i++) {
    for (const root of [1n << i, (1n << i) + 1n, (2n << i) - 1n]) {
      for (const v of [root * root - 1n, root * root, root * root + 1n]) if (v < 1n << 62n) holds(v); // where a root steps
    }
  }
  holds((1n << 62n) - 1n);
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: (1n << 62n) - 1n }), holds), { numRuns: 5000 });
});
