import fc from "fast-check";
import type { Multiplier } from "../../src/quant/integer/requantize.ts";

/** The formulas of docs/integer.md word for word, on BigInt: what the tests hold the ops to. */

export const INT32 = [-(2 ** 31), 2 ** 31 - 1] as const;

const whole = BigInt;

export const bigRequant = (a: bigint, { m, shift }: Multiplier): bigint =>
  (a * whole(m) + (1n << whole(shift - 1))) >> whole(shift);

const clip = (value: bigint, limit: bigint): bigint => (value > limit ? limit : value < -limit ? -limit : value);
export const bigClip8 = (value: bigint): bigint => clip(value, 127n);
export const bigClip16 = (value: bigint): bigint => clip(value, 32767n);

/** ⌊a / b⌋ towards −∞; BigInt itself rounds towards 0. */
export const bigFloor = (a: bigint, b: bigint): bigint => (a - (((a % b) + b) % b)) / b;

export const bigSum = (values: readonly bigint[]): bigint => values.reduce((sum, value) => sum + value, 0n);

/** ⌊√v⌋ by bisection. */
export function bigRoot(v: bigint): bigint {
  let [low, high] = [0n, 1n << 31n]; // low² ≤ v < high²
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle * middle <= v) low = middle;
    else high = middle;
  }
  return low;
}

export function bigCombine(a: Multiplier, b: Multiplier): Multiplier {
  const p = whole(a.m) * whole(b.m);
  const [m, s] = p >= 2n ** 61n ? [p / 2n ** 31n, a.shift + b.shift - 31] : [p / 2n ** 30n, a.shift + b.shift - 30];
  return { m: Number(m), shift: s < 1 ? 1 : s > 62 ? 62 : s };
}

export function bigReciprocal(d: bigint): Multiplier {
  let k = 0;
  while (d << whole(k) < 2n ** 30n) k++;
  return { m: capped(2n ** 61n / (d << whole(k))), shift: 61 - k };
}

export function bigInverseRoot(v: bigint): Multiplier {
  let e = 0;
  while (v << whole(e) < 2n ** 60n) e += 2;
  return { m: capped(2n ** 61n / bigRoot(v << whole(e))), shift: 61 - e / 2 };
}

const capped = (m: bigint): number => Number(m >= 2n ** 31n ? 2n ** 31n - 1n : m);

/** Multipliers of every size, their limits more often than chance has it. */
export const anyMultiplier: fc.Arbitrary<Multiplier> = fc.record({
  m: fc.oneof(fc.constantFrom(2 ** 30, 2 ** 31 - 1), fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 })),
  shift: fc.oneof(fc.constantFrom(1, 2, 16, 17, 32, 33, 62), fc.integer({ min: 1, max: 62 })),
});

/** Whole numbers of a range; its ends and 0 more often. */
export const wholeIn = (min: number, max: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0, 1, -1));

export const someInt8 = (length: number): fc.Arbitrary<Int8Array> =>
  fc.array(wholeIn(-127, 127), { minLength: length, maxLength: length }).map((values) => Int8Array.from(values));

export const someInt16 = (length: number): fc.Arbitrary<Int16Array> =>
  fc.array(wholeIn(-32767, 32767), { minLength: length, maxLength: length }).map((values) => Int16Array.from(values));
