/** Mean and standard deviation of the training values of a regression; kept with the head, which predicts in these units. */
export interface Standardization {
  readonly mean: number;
  readonly std: number;
}

/** Values in the head's units: the target of `regressionLoss`. */
export const standardize = (values: ArrayLike<number>, { mean, std }: Standardization): Float32Array =>
  Float32Array.from(values, (value) => (value - mean) / std);

/** What the head says, in the unit of the labels. */
export const destandardize = (values: ArrayLike<number>, { mean, std }: Standardization): Float32Array =>
  Float32Array.from(values, (value) => mean + std * value);
