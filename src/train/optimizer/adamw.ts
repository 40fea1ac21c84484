/** What one step of AdamW does to one tensor. */
export interface AdamWStep {
  /** Learning rate of this step and tensor. */
  readonly lr: number;
  /** λ: the tensor shrinks by `lr · λ`, whatever its gradient is. */
  readonly weightDecay: number;
  readonly betas: readonly [number, number];
  /** Added to the root of the second moment, outside it. */
  readonly eps: number;
  /** t: number of this step, from 1. */
  readonly step: number;
  /** The gradient is multiplied by this first: clipping, 1 / accumulated micro-batches. 1 if not given. */
  readonly gradientFactor?: number;
}

/**
 * One step of AdamW with decoupled weight decay, in place, exactly in the order of `torch.optim.AdamW`:
 * ```
 * p ← p − lr·λ·p
 * m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
 * p ← p − lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
 * ```
 * Computed in float64, stored as float32; the new p is computed from m and v before they are rounded.
 * @param p parameter, @param g gradient (left as it is), @param m first and @param v second moment, all of one length; moments start as 0
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization" (ICLR 2019), algorithm 2
 */
export function adamwStep(p: Float32Array, g: Float32Array, m: Float32Array, v: Float32Array, step: AdamWStep): void {
  const { lr, weightDecay, betas, eps, step: t, gradientFactor: factor = 1 } = step;
  const [beta1, beta2] = betas;
  const [share1, share2] = [1 - beta1, 1 - beta2];
  const keep = 1 - lr * weightDecay;
  const rate = lr / (1 - beta1 ** t);
  const scale = 1 / Math.sqrt(1 - beta2 ** t);
  const count = p.length;
  for (let i = 0; i < count; i++) {
    const gradient = factor * g[i];
    const first = beta1 * m[i] + share1 * gradient;
    const second = beta2 * v[i] + share2 * gradient * gradient;
    m[i] = first;
    v[i] = second;
    p[i] = keep * p[i] - (rate * first) / (scale * Math.sqrt(second) + eps);
  }
}
