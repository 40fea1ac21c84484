/** Values of a tensor under its name. */
export type NamedValues = readonly [name: string, values: Float32Array];

/** √Σ g² over all tensors, and where it is not a number. */
export interface GradientNorm {
  /** L2 norm of all values as one vector, after the factor; NaN or infinite where `fault` is set. */
  readonly norm: number;
  /** The first value that is not finite. */
  readonly fault?: NonFinite;
}

/** A value that nothing may be learned from. */
export interface NonFinite {
  /** Name of the tensor. */
  readonly name: string;
  /** Position in the tensor, row-major. */
  readonly index: number;
  readonly value: number;
}

/**
 * Norm of a gradient. Squares are summed in float64, in four lanes per tensor (elements i, i + 4, …), lanes and then tensors in the order
 * given: the same tensors in the same order give the same bits. Float64 cannot overflow here: one square is below 1.2e77.
 * @param factor every value counts times this: 1 / accumulated micro-batches
 */
export function gradientNorm(tensors: Iterable<NamedValues>, factor = 1): GradientNorm {
  let total = 0;
  let fault: NonFinite | undefined;
  for (const [name, values] of tensors) {
    const sum = sumOfSquares(values);
    if (!Number.isFinite(sum)) fault ??= findNonFinite([[name, values]]);
    total += sum;
  }
  const norm = Math.sqrt(total) * factor;
  return fault === undefined ? { norm } : { norm, fault };
}

/** The first value that is NaN or infinite, if there is one. */
export function findNonFinite(tensors: Iterable<NamedValues>): NonFinite | undefined {
  for (const [name, values] of tensors) {
    const index = values.findIndex((value) => !Number.isFinite(value));
    if (index >= 0) return { name, index, value: values[index] };
  }
  return undefined;
}

/**
 * Factor on the gradient that brings its norm down to `maxNorm`, as `torch.nn.utils.clip_grad_norm_`: `maxNorm / (norm + 1e-6)`, at most 1.
 * @param maxNorm 0 does not clip
 */
export function clipFactor(norm: number, maxNorm: number): number {
  return maxNorm === 0 ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
}

function sumOfSquares(values: Float32Array): number {
  const whole = values.length - (values.length % 4);
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let i = 0; i < whole; i += 4) {
    a += values[i] * values[i];
    b += values[i + 1] * values[i + 1];
    c += values[i + 2] * values[i + 2];
    d += values[i + 3] * values[i + 3];
  }
  for (let i = whole; i < values.length; i++) a += values[i] * values[i];
  return a + b + (c + d);
}
