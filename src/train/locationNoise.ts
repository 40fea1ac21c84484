import { type StepKey, windowStream } from "./windowStream.ts";

/** σ of the noise on scaled locations while masking (SPEC.md §2). */
export const LOCATION_SIGMA = 0.02;

/**
 * What is added to the scaled locations of each window: σ times a standard normal per channel and axis.
 * @param indices places of the windows in the batch of all ranks
 * @param dims 2 (ECG and PPG only) or 3
 * @returns (windows, C, dims)
 */
export function locationNoise(
  key: StepKey,
  indices: ArrayLike<number>,
  channels: number,
  dims: number,
  sigma: number = LOCATION_SIGMA,
): Float32Array {
  const size = channels * dims;
  const noise = new Float32Array(indices.length * size);
  for (let w = 0; w < indices.length; w++) {
    noise.set(windowStream(key, "location", indices[w]).normal(0, size), w * size);
  }
  for (let i = 0; i < noise.length; i++) noise[i] *= sigma;
  return noise;
}
