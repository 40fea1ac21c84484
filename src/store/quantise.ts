/** Largest magnitude of a stored sample; −32768 is not used. */
const FULL = 32767;

/**
 * Store the channels of a window as int16 with a scale each: q = round(x / scale), scale = max|x| / 32767, so that
 * |x − scale · q| ≤ scale / 2 up to the rounding of float32. A channel of zeros has scale 0.
 * @param x (C, T) row-major, finite
 * @param q (C, T), filled
 * @param scale (C), filled
 */
export function quantise(x: Float32Array, q: Int16Array, scale: Float32Array): void {
  const nTimes = x.length / scale.length;
  for (let c = 0; c < scale.length; c++) {
    const channel = x.subarray(c * nTimes, (c + 1) * nTimes);
    scale[c] = scaleOf(channel);
    const inverse = scale[c] === 0 ? 0 : 1 / scale[c];
    for (let t = 0; t < nTimes; t++) q[c * nTimes + t] = Math.round(channel[t] * inverse);
  }
}

/**
 * Undo `quantise` for one window.
 * @param out (C, T), filled
 */
export function dequantise(q: Int16Array, scale: ArrayLike<number>, out: Float32Array): void {
  const nTimes = q.length / scale.length;
  for (let c = 0; c < scale.length; c++) {
    const s = scale[c];
    for (let i = c * nTimes; i < (c + 1) * nTimes; i++) out[i] = s * q[i];
  }
}

/** Smallest float32 s with max|x| / s ≤ 32767.5, close to max|x| / 32767. */
function scaleOf(channel: Float32Array): number {
  let largest = 0;
  for (const value of channel) largest = Math.max(largest, Math.abs(value));
  const scale = Math.fround(largest / FULL);
  // Only where scale is subnormal does its own rounding matter: then the next float32 above is taken.
  return largest / scale > FULL + 0.5 || (scale === 0 && largest > 0) ? nextUp(scale) : scale;
}

/** The float32 after a non-negative one. */
function nextUp(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer);
  bits[0]++;
  return new Float32Array(bits.buffer)[0];
}
