/** `x/2 · (1 + erf(x/√2))` in float64, for tables. */
export const gelu = (x: number): number => (x / 2) * (1 + erf(x * Math.SQRT1_2));

/**
 * The error function within 10⁻¹⁵: `2/√π · exp(−x²) · Σ 2ⁿ x^(2n+1) / (1 · 3 ⋯ (2n+1))`, whose terms have one sign.
 * @see DLMF 7.6.2
 */
export function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
