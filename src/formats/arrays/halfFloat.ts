/** One-word buffers to reinterpret the bits of a float32. */
const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** IEEE 754 binary16 to number: sign 1, exponent 5 (bias 15), fraction 10 bits. Exact, also for subnormals, ±∞ and NaN. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Number to the nearest binary16, as bits, ties to the even one. From 65520 on it is ±∞; below 2⁻¹⁴ multiples of 2⁻²⁴, the subnormals, remain. */
export function numberToHalf(value: number): number {
  single[0] = value; // exact for a float32; a double is rounded twice
  const sign = (word[0] >>> 16) & 0x8000;
  const bits = word[0] & 0x7fffffff;
  if (bits > 0x7f800000) return sign | 0x7e00; // NaN
  if (bits >= 0x477ff000) return sign | 0x7c00; // 65520 lies halfway between 65504 and the next one, which is even and too large
  if (bits < 0x38800000) return sign | roundToEven(Math.abs(single[0]) * 2 ** 24); // below 2⁻¹⁴; the product is exact
  const rebiased = bits - (112 << 23); // 127 − 15 = 112
  return sign | ((rebiased + 0xfff + ((rebiased >> 13) & 1)) >> 13); // 13 bits fall away; a carry goes into the exponent
}

function roundToEven(value: number): number {
  const down = Math.floor(value);
  const rest = value - down;
  return rest > 0.5 || (rest === 0.5 && down % 2 === 1) ? down + 1 : down;
}

/** bfloat16 is the upper half of a float32. */
export function bfloatToNumber(bits: number): number {
  word[0] = bits << 16;
  return single[0];
}
