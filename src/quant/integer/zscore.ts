import { floorDivide } from "./floorDivide.ts";
import { combine, inverseRoot, multiplierOf } from "./multiplier.ts";
import { clip16, type Multiplier, requantize } from "./requantize.ts";

/** `√(n − 1) · 2¹⁰ / 2⁶`. For the compiler: it computes in floating point. @param n samples of a channel, fewer than 2¹⁶ */
export const zscoreRoot = (n: number): Multiplier => multiplierOf(16 * Math.sqrt(n - 1));

/**
 * Bring every channel of raw counts to mean 0 and deviation 1 (with n − 1), in units of 2⁻¹⁰. A constant channel becomes 0.
 * @param x (channels, n), below 2²³ in magnitude
 * @param root `zscoreRoot(n)`
 * @returns (channels, n)
 */
export function zscoreCounts(x: Int32Array, channels: number, root: Multiplier): Int16Array {
  const n = x.length / channels;
  const z = new Int16Array(x.length);
  for (let channel = 0; channel < channels; channel++) {
    zscoreChannel(x.subarray(channel * n, (channel + 1) * n), root, z.subarray(channel * n, (channel + 1) * n));
  }
  return z;
}

function zscoreChannel(x: Int32Array, root: Multiplier, z: Int16Array): void {
  const n = x.length;
  let sum = 0; // below 2³⁹
  for (let i = 0; i < n; i++) sum += x[i];
  const mean = floorDivide(2 * sum + n, 2 * n);
  const rest = sum - n * mean;
  const variance = squaresAbout(mean, x) - BigInt(floorDivide(rest * rest, n)); // n times the variance
  if (variance === 0n) return;
  const factor = combine(inverseRoot(variance), root);
  const mean6 = floorDivide(128 * rest + n, 2 * n); // what the mean has beyond a whole count, in 64ths
  for (let i = 0; i < n; i++) z[i] = clip16(requantize(64 * (x[i] - mean) - mean6, factor));
}

/** `Σ (x − mean)²`, which is `Q − 2 · mean · S + n · mean²`; its halves of 24 bits are summed apart, below 2⁴⁰ each. */
function squaresAbout(mean: number, x: Int32Array): bigint {
  let [upper, lower] = [0, 0];
  for (let i = 0; i < x.length; i++) {
    const square = (x[i] - mean) ** 2; // below 2⁴⁸
    const low = square % 0x1000000;
    lower += low;
    upper += (square - low) / 0x1000000;
  }
  return (BigInt(upper) << 24n) + BigInt(lower);
}
