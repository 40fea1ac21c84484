/**
 * Bring samples to mean 0 and deviation 1: `(x − mean) / (std + 1e-8)`, std with N − 1. A constant window, or one of
 * a single sample, becomes exactly 0. Written to `out`, which may be `x` itself or a part of a batch.
 * @see SPEC.md §1.5
 */
export function zscore<Out extends Float32Array | Float64Array>(x: ArrayLike<number>, out: Out): Out {
  const n = x.length;
  if (isConstant(x)) {
    out.fill(0, 0, n);
    return out;
  }
  const mean = meanOf(x);
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (x[i] - mean) * (x[i] - mean);
  const scale = 1 / (Math.sqrt(squares / (n - 1)) + 1e-8);
  for (let i = 0; i < n; i++) out[i] = (x[i] - mean) * scale;
  return out;
}

/** Mean in two passes: the second takes out the rounding that a large offset leaves in the first. */
function meanOf(x: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i];
  const rough = sum / x.length;
  let rest = 0;
  for (let i = 0; i < x.length; i++) rest += x[i] - rough;
  return rough + rest / x.length;
}

function isConstant(x: ArrayLike<number>): boolean {
  for (let i = 1; i < x.length; i++) if (x[i] !== x[0]) return false;
  return true;
}
