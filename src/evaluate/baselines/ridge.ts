import { factorize, solveLower, solveUpper } from "../../linear/cholesky.ts";
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
  factorize(gram, width);
  solveLower(gram, right);
  solveUpper(gram, right);
  const shift = right.reduce((sum, w, f) => sum + w * mean[f], 0);
  return { coefficients: right, intercepts: Float64Array.of(meanY - shift) };
}

/** (N) x·w + b. */
export function linearValues({ x, count, width }: Design, { coefficients, intercepts }: LinearModel): Float64Array {
  return Float64Array.from({ length: count }, (_, row) => {
    let sum = intercepts[0];
    for (let f = 0; f < width; f++) sum += coefficients[f] * x[row * width + f];
    return sum;
  });
}
