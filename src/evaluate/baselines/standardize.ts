import type { FeatureTable } from "./features.ts";

/** Mean and scale of each feature over the windows that it was fitted on. */
export interface Standardization {
  readonly mean: Float64Array;
  /** Standard deviation, N; 1 for a feature that does not change. */
  readonly scale: Float64Array;
}

/** What a standard deviation must exceed, relative to the mean, to be more than rounding. */
const ROUNDING = 1e-10;

/** Fit on the training windows only; features that are NaN do not count. @see sklearn.preprocessing.StandardScaler */
export function fitStandardization({ count, names, values }: FeatureTable): Standardization {
  const width = names.length;
  const mean = new Float64Array(width);
  const scale = new Float64Array(width).fill(1);
  for (let f = 0; f < width; f++) {
    const known: number[] = [];
    for (let row = 0; row < count; row++) {
      const value = values[row * width + f];
      if (Number.isFinite(value)) known.push(value);
    }
    if (known.length === 0) continue;
    mean[f] = known.reduce((sum, value) => sum + value, 0) / known.length;
    const variance = known.reduce((sum, value) => sum + (value - mean[f]) ** 2, 0) / known.length;
    if (Math.sqrt(variance) > ROUNDING * Math.max(1e-6, Math.abs(mean[f]))) scale[f] = Math.sqrt(variance);
  }
  return { mean, scale };
}

/** (N, F) `(x − mean) / scale`; 0, the mean of the training windows, where the window does not have the feature. */
export function standardize({ names, values }: FeatureTable, { mean, scale }: Standardization): Float64Array {
  return values.map((value, i) => {
    const f = i % names.length;
    return Number.isFinite(value) ? (value - mean[f]) / scale[f] : 0;
  });
}
