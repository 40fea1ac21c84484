import { GraphError } from "../../errors.ts";
import { isqrt } from "./isqrt.ts";
import type { Multiplier } from "./requantize.ts";

const LARGEST = 2 ** 31 - 1;

/** The smallest multiplier, 2⁻³²: with it every int32 becomes 0. */
const NOTHING: Multiplier = { m: 2 ** 30, shift: 62 };

/**
 * The multiplier nearest to a real factor, within 2⁻³¹ of it; below 2⁻³² the one that gives 0 for every int32.
 * For the compiler: it computes in floating point.
 * @throws GraphError where the factor is negative, not finite, or 2³⁰ and more
 */
export function multiplierOf(factor: number): Multiplier {
  if (!(factor >= 0 && factor < 2 ** 30 - 2 ** -2)) {
    throw new GraphError({
      where: "multiplier",
      what: "a factor between two scales",
      expected: "0 ≤ factor < 2^30",
      got: String(factor),
      todo: "Calibrate on windows like those the model will see: a scale is not in proportion to its neighbours.",
    });
  }
  if (factor < 2 ** -32) return NOTHING;
  const shift = 30 - Math.floor(Math.log2(factor)); // where log2 rounds up to a whole number, so does m
  const m = Math.round(factor * 2 ** shift);
  return m > LARGEST ? { m: 2 ** 30, shift: shift - 1 } : { m, shift };
}

/** The product of two multipliers, cut off below 31 bits. Its shift is clamped; that moves a product with an int32 by 1 at most, or one that saturates. */
export function combine(a: Multiplier, b: Multiplier): Multiplier {
  const product = BigInt(a.m) * BigInt(b.m); // in [2⁶⁰, 2⁶²)
  const drop = product >= 1n << 61n ? 31 : 30;
  const shift = a.shift + b.shift - drop;
  return { m: Number(product >> BigInt(drop)), shift: Math.min(Math.max(shift, 1), 62) };
}

/** `1 / d`. @param d 0 < d < 2³¹ */
export function reciprocal(d: number): Multiplier {
  const up = Math.clz32(d) - 1; // 2³⁰ ≤ d << up < 2³¹
  return { m: inverse(d << up), shift: 61 - up };
}

/** `1 / √v`. @param v 0 < v < 2⁶² */
export function inverseRoot(v: bigint): Multiplier {
  const up = (62 - bitLength(v)) & ~1; // even, 2⁶⁰ ≤ v << up < 2⁶²
  return { m: inverse(isqrt(v << BigInt(up))), shift: 61 - up / 2 };
}

/** `⌊2⁶¹ / d⌋`, at most 2³¹ − 1. @param d 2³⁰ ≤ d < 2³¹ */
const inverse = (d: number): number => Math.min(Number((1n << 61n) / BigInt(d)), LARGEST);

function bitLength(v: bigint): number {
  const upper = Number(v >> 32n);
  return upper > 0 ? 64 - Math.clz32(upper) : 32 - Math.clz32(Number(v & 0xffffffffn));
}
