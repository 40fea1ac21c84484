import { UsageError } from "../errors.ts";
import type { Standardization } from "../task/index.ts";

/** What the loss of a task with classes is fed with. */
export interface ClassTargets {
  /** (B, K): smoothed one-hot rows, each class times its weight. */
  readonly target: Float32Array;
  /**
   * Σ_b of the weight of the class of b. The batch's loss is the sum of its windows' losses over its `mass`, so `crossEntropy` is fed the
   * weight 1 / mass for every window, with the mass of the whole batch also for a part of it.
   */
  readonly mass: number;
}

export interface ClassTargetOptions {
  /** Share of a target that is spread over all classes, K included. 0 if not given. */
  readonly smoothing?: number;
  /** (K); all 1 if not given. */
  readonly weights?: ArrayLike<number>;
}

/**
 * Targets of `crossEntropy`: `weight_k · ((1 − ε)·[k = y] + ε/K)`, as `torch.nn.CrossEntropyLoss(weight, label_smoothing)` has them.
 * @param labels (B) class indices
 * @throws UsageError for a label that is no class, naming its place
 */
export function classTargets(
  labels: ArrayLike<number>,
  classes: number,
  { smoothing = 0, weights }: ClassTargetOptions = {},
): ClassTargets {
  const target = new Float32Array(labels.length * classes);
  let mass = 0;
  for (let b = 0; b < labels.length; b++) {
    const label = checkClass(labels, b, classes);
    mass += weights?.[label] ?? 1;
    for (let k = 0; k < classes; k++) {
      const probability = smoothing / classes + (k === label ? 1 - smoothing : 0);
      target[b * classes + k] = probability * (weights?.[k] ?? 1);
    }
  }
  return { target, mass };
}

/** Windows of each class; windows without a label (NaN) do not count. @throws UsageError for a label that is no class */
export function classCounts(labels: ArrayLike<number>, classes: number): number[] {
  const counts: number[] = Array(classes).fill(0);
  for (let i = 0; i < labels.length; i++) if (!Number.isNaN(labels[i])) counts[checkClass(labels, i, classes)]++;
  return counts;
}

/**
 * `N / (K · n_k)`: every class weighs the same in sum (scikit-learn's "balanced"). K counts the classes that occur; others weigh 0.
 * @param counts training windows per class
 */
export function balancedWeights(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const occurring = counts.filter((n) => n > 0).length;
  return counts.map((n) => (n === 0 ? 0 : total / (occurring * n)));
}

/**
 * `(1 − β) / (1 − β^n_k)`, scaled to the mean 1 over the classes that occur; others weigh 0. Between no weights (β = 0) and balanced ones (β → 1).
 * @see Cui et al., "Class-balanced loss based on effective number of samples" (CVPR 2019), equation 4
 */
export function effectiveWeights(counts: readonly number[], beta: number): number[] {
  const raw = counts.map((n) => (n === 0 ? 0 : (1 - beta) / (1 - beta ** n)));
  const occurring = counts.filter((n) => n > 0).length;
  const sum = raw.reduce((total, w) => total + w, 0);
  return raw.map((w) => (w === 0 ? 0 : (w * occurring) / sum));
}

/**
 * Factor on the positives of each label: `negatives / positives`, so that both sides weigh the same; 1 where there are no positives or no negatives.
 * @param labels (N, K) of 0 and 1; windows without labels (NaN) do not count
 */
export function positiveWeights(labels: ArrayLike<number>, classes: number): number[] {
  return Array.from({ length: classes }, (_, k) => {
    let [positives, negatives] = [0, 0];
    for (let i = k; i < labels.length; i += classes) {
      if (labels[i] === 1) positives++;
      else if (labels[i] === 0) negatives++;
    }
    return positives === 0 || negatives === 0 ? 1 : negatives / positives;
  });
}

/**
 * Standardization by the training values; std with N, 1 where all values are equal. Values that are NaN do not count.
 * @throws UsageError without any value
 */
export function standardizationOf(values: ArrayLike<number>): Standardization {
  const known = Float64Array.from(values).filter((value) => !Number.isNaN(value));
  if (known.length === 0) {
    throw new UsageError({
      where: "labels",
      what: "no training window has a value",
      todo: "Choose another task or split",
    });
  }
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const variance = known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length;
  return { mean, std: variance > 0 ? Math.sqrt(variance) : 1 };
}

function checkClass(labels: ArrayLike<number>, i: number, classes: number): number {
  const label = labels[i];
  if (Number.isInteger(label) && label >= 0 && label < classes) return label;
  throw new UsageError({
    where: "labels",
    what: "not a class",
    at: `window ${i}`,
    expected: `a whole number from 0 to ${classes - 1}`,
    got: String(label),
  });
}
