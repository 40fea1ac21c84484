/**
 * Factor a symmetric positive definite matrix A = L·Lᵀ in place, row by row.
 * @param a (n, n), of which the lower triangle is read and overwritten by L; the upper is left as it is
 */
export function factorize(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j];
    }
  }
}

/** Solve L·w = b in place. @param lower (n, n), its lower triangle is read. @param b (n), becomes w */
export function solveLower(lower: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) b[i] -= lower[i * n + k] * b[k];
    b[i] /= lower[i * (n + 1)];
  }
}

/** Solve Lᵀ·w = b in place. @param lower (n, n), its lower triangle is read. @param b (n), becomes w */
export function solveUpper(lower: Float64Array, b: Float64Array): void {
  const n = b.length;
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) b[i] -= lower[k * n + i] * b[k];
    b[i] /= lower[i * (n + 1)];
  }
}
