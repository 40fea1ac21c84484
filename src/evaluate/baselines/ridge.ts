import { centredProducts } from "../../linear/centredProducts.ts";
import { factorize, solveLower, solveUpper } from "../../linear/cholesky.ts";
import type { Design, LinearModel } from "./logistic.ts";

/**
 * Ridge regression: minimises Σ (y − x·w − b)² + penalty·‖w‖²; the intercept b is not penalised.
 * @param target (N)
 * @param penalty above 0
 * @see sklearn.linear_model.Ridge(alpha=penalty)
 */
export function fitRidge({ x, count, width }: Design, target: ArrayLike<number>, penalty: number): LinearModel {
  const { mean, products: gram } = centredProducts({ values: x, count, width });
  let meanY = 0;
  for (let row = 0; row < count; row++) meanY += target[row] / count;
  const right = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    for (let f = 0; f < width; f++) right[f] += (x[row * width + f] - mean[f]) * (target[row] - meanY);
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
