/**
 * Decay of a running mean of the weights after `updates` updates: `min(decay, (1 + t) / (10 + t))`, so that the first weights, which know
 * nothing yet, are soon forgotten.
 * @param updates t: updates before this one, from 0
 * @see the `num_updates` of TensorFlow's `train.ExponentialMovingAverage`
 */
export const emaDecay = (updates: number, decay: number): number => Math.min(decay, (1 + updates) / (10 + updates));

/** `mean ← decay · mean + (1 − decay) · p`, in place; float64 on the way. The mean starts as a copy of the weights. */
export function updateEma(mean: Float32Array, p: Float32Array, decay: number): void {
  const share = 1 - decay;
  const count = mean.length;
  for (let i = 0; i < count; i++) mean[i] += share * (p[i] - mean[i]);
}
