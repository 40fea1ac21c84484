/** Rows of numbers (count, width). */
export interface Rows {
  readonly values: ArrayLike<number>;
  readonly count: number;
  readonly width: number;
}

/**
 * Mean μ of rows x and Σ (x − μ)(x − μ)ᵀ; divided by their number, the covariance.
 * @returns mean (width), products (width, width) of which the lower triangle is filled in
 */
export function centredProducts({ values, count, width }: Rows): { mean: Float64Array; products: Float64Array } {
  const mean = new Float64Array(width);
  for (let i = 0; i < count * width; i++) mean[i % width] += values[i] / count;
  const products = new Float64Array(width * width);
  const centred = new Float64Array(width);
  for (let row = 0; row < count; row++) {
    for (let f = 0; f < width; f++) centred[f] = values[row * width + f] - mean[f];
    for (let i = 0; i < width; i++) for (let j = 0; j <= i; j++) products[i * width + j] += centred[i] * centred[j];
  }
  return { mean, products };
}
