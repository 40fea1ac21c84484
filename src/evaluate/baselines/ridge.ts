import type { Design, LinearModel } from "./logistic.ts";

/**
 * Ridge regression: minimises Σ (y − x·w − b)² + penalty·‖w‖²; the intercept b is not penalised.
 * @param target (N)
 * @param penalty above 0
 * @see sklearn.linear_model.Ridge(alpha=penalty)
 */
export function fitRidge({ x, count, width }: Design, target: ArrayLike<number>, penalty: number): LinearModel {
  const mean = new Float64Array(width);
  let meanY = 0;
  for (let row = 0; row < count; row++) {
    for (let f = 0; f < width; f++) mean[f] += x[row * width + f] / count;
    meanY += target[row] / count;
  }
  const gram = new Float64Array(width * width);
  const right = new Float64Array(width);
  const centred = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    for (let f = 0; f < width; f++) centred[f] = x[row * width + f] - mean[f];
    for (let i = 0; i < width; i++) {
      right[i] += centred[i] * (target[row] - meanY);
      for (let j = 0; j <= i; j++) gram[i * width + j] += centred[i] * centred[j];
    }
  }
  for (let i = 0; i < width; i++) gram[i * (width + 1)] += penalty;
  const coefficients = solve(gram, right);
  const shift = coefficients.reduce((sum, w, f) => sum + w * mean[f], 0);
  return { coefficients, intercepts: Float64Array.of(meanY - shift) };
}

/** (N) x·w + b. */
export function linearValues({ x, count, width }: Design, { coefficients, intercepts }: LinearModel): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => {
    let sum = intercepts[0];
    for (let f = 0; f < width; f++) sum += coefficients[f] * x[row * width + f];
    return sum;
  });
}

/** Solve A·w = b for symmetric positive definite A, of which the lower triangle is given and overwritten: Cholesky. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j];
    }
  }
  const w = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) w[i] -= a[i * n + k] * w[k];
    w[i] /= a[i * (n + 1)];
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) w[i] -= a[k * n + i] * w[k];
    w[i] /= a[i * (n + 1)];
  }
  return w;
}
