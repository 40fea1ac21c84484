/** The factor `m / 2^shift`: `2³⁰ ≤ m < 2³¹`, `1 ≤ shift ≤ 62`. */
export interface Multiplier {
  readonly m: number;
  readonly shift: number;
}

/** 2⁰ … 2⁶². */
const POWER = Float64Array.from({ length: 63 }, (_, i) => 2 ** i);

/**
 * `(a · m + 2^(shift−1)) >> shift`: a times the multiplier, to nearest, ties upwards.
 *
 * Here and in all ops of this folder a double is only a carrier of whole numbers below 2⁵³, and a division by a power of two under
 * `Math.floor` is a right shift; so nothing is rounded. With `m = 2¹⁶ · upper + lower` both products stay below 2⁴⁷, and
 * `high = ⌊a · m / 2¹⁶⌋`. From shift 17 on the half is a multiple of 2¹⁶, so that the bits below change nothing; before, they are added.
 * @param a int32
 * @returns exact where below 2⁵³ (always from shift 9 on, as |a · m| < 2⁶²); else a number that clips as the exact one does
 */
export function requantize(a: number, { m, shift }: Multiplier): number {
  const product = a * (m & 0xffff);
  const carry = Math.floor(product / 0x10000);
  const high = a * (m >>> 16) + carry;
  if (shift > 16) return Math.floor((high + POWER[shift - 17]) / POWER[shift - 16]);
  const rest = product - 0x10000 * carry;
  return high * POWER[16 - shift] + Math.floor((rest + POWER[shift - 1]) / POWER[shift]);
}

/** To the range of `i8`, −127 … 127. */
export const clip8 = (value: number): number => (value > 127 ? 127 : value < -127 ? -127 : value);

/** To the range of `i16`, −32767 … 32767. */
export const clip16 = (value: number): number => (value > 32767 ? 32767 : value < -32767 ? -32767 : value);
