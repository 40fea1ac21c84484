import { minimize } from "./lbfgs.ts";

/** Rows of standardised features. */
export interface Design {
  /** (N, F) row-major. */
  readonly x: Float64Array;
  readonly count: number;
  readonly width: number;
}

export interface LogisticOptions {
  /** Weight of the data against the penalty, scikit-learn's `C`: minimises C·Σ loss + ½‖w‖². The intercept is not penalised. */
  readonly strength: number;
  /** Every class counts as much as any other, however many windows it has: `class_weight="balanced"`. */
  readonly balanced?: boolean;
}

/** A linear model: K outputs. */
export interface LinearModel {
  /** (K, F) */
  readonly coefficients: Float64Array;
  /** (K) */
  readonly intercepts: Float64Array;
}

/**
 * Multinomial logistic regression with an L2 penalty; two classes are fitted as one logit, as scikit-learn does, and returned as
 * coefficients (1, F).
 * @param target (N) class indices below `classes`; every class occurs
 * @see sklearn.linear_model.LogisticRegression(solver="lbfgs")
 */
export function fitLogistic(
  design: Design,
  target: ArrayLike<number>,
  classes: number,
  options: LogisticOptions,
): LinearModel {
  const weights = rowWeights(target, classes, design.count, options.balanced ?? false);
  const outputs = classes === 2 ? 1 : classes;
  const { width } = design;
  const problem: Problem = { design, target, weights, outputs, strength: options.strength };
  const theta = minimize((at, gradient) => loss(problem, at, gradient), new Float64Array(outputs * (width + 1)));
  return { coefficients: theta.slice(0, outputs * width), intercepts: theta.slice(outputs * width) };
}

/** (N, K) probabilities; K = 2 for a model of one logit. */
export function logisticProbabilities(design: Design, { coefficients, intercepts }: LinearModel): Float64Array {
  const outputs = intercepts.length;
  const classes = Math.max(2, outputs);
  const p = new Float64Array(design.count * classes);
  const z = new Float64Array(outputs);
  for (let row = 0; row < design.count; row++) {
    logits(design, row, coefficients, intercepts, z);
    if (outputs === 1) {
      const positive = 1 / (1 + Math.exp(-z[0]));
      p.set([1 - positive, positive], 2 * row);
    } else {
      softmaxInPlace(z);
      p.set(z, row * classes);
    }
  }
  return p;
}

interface Problem {
  readonly design: Design;
  readonly target: ArrayLike<number>;
  /** (N) */
  readonly weights: Float64Array;
  readonly outputs: number;
  readonly strength: number;
}

/** `Σ wᵢ·lossᵢ + ‖coefficients‖² / 2C` and its gradient at θ = (coefficients, intercepts). */
function loss(
  { design, target, weights, outputs, strength }: Problem,
  theta: Float64Array,
  gradient: Float64Array,
): number {
  const { x, count, width } = design;
  const penalized = outputs * width;
  const [coefficients, intercepts] = [theta.subarray(0, penalized), theta.subarray(penalized)];
  const z = new Float64Array(outputs);
  let value = 0;
  for (let i = 0; i < penalized; i++) {
    value += (theta[i] * theta[i]) / (2 * strength);
    gradient[i] = theta[i] / strength;
  }
  gradient.fill(0, penalized);
  for (let row = 0; row < count; row++) {
    logits(design, row, coefficients, intercepts, z);
    value += weights[row] * residuals(z, target[row]);
    for (let k = 0; k < outputs; k++) {
      const residual = weights[row] * z[k];
      gradient[penalized + k] += residual;
      for (let f = 0, g = k * width, at = row * width; f < width; f++) gradient[g++] += residual * x[at++];
    }
  }
  return value;
}

/** Replace logits by their residuals, probability − truth; returns the log loss. */
function residuals(z: Float64Array, truth: number): number {
  if (z.length === 1) {
    const signed = truth === 1 ? z[0] : -z[0];
    z[0] = 1 / (1 + Math.exp(-z[0])) - truth;
    return Math.max(-signed, 0) + Math.log1p(Math.exp(-Math.abs(signed)));
  }
  const own = z[truth];
  const total = softmaxInPlace(z);
  z[truth] -= 1;
  return total - own;
}

/** Returns log Σ exp(z). */
function softmaxInPlace(z: Float64Array): number {
  let top = Number.NEGATIVE_INFINITY;
  for (const value of z) top = Math.max(top, value);
  let sum = 0;
  for (let k = 0; k < z.length; k++) {
    z[k] = Math.exp(z[k] - top);
    sum += z[k];
  }
  for (let k = 0; k < z.length; k++) z[k] /= sum;
  return top + Math.log(sum);
}

function logits(
  { x, width }: Design,
  row: number,
  coefficients: Float64Array,
  intercepts: Float64Array,
  z: Float64Array,
): void {
  for (let k = 0; k < z.length; k++) {
    let sum = intercepts[k];
    for (let f = 0, w = k * width, at = row * width; f < width; f++) sum += coefficients[w++] * x[at++];
    z[k] = sum;
  }
}

/** N / (K · windows of the class), or 1. */
function rowWeights(target: ArrayLike<number>, classes: number, count: number, balanced: boolean): Float64Array {
  const weights = new Float64Array(count).fill(1);
  if (!balanced) return weights;
  const windows = new Float64Array(classes);
  for (let row = 0; row < count; row++) windows[target[row]] += 1;
  return weights.map((_, row) => count / (classes * windows[target[row]]));
}
