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

/** bfloat16 is the upper half of a float32. */
export function bfloatToNumber(bits: number): number {
  word[0] = bits << 16;
  return single[0];
}
