import { headWidth } from "../../task/index.ts";
import { type LabelRules, targetsOf } from "./taskLabels.ts";

/**
 * The loss that is trained, of logits (N, K) that are known already; labels are not smoothed.
 * @param labels (N, labelWidth)
 */
export function validationLoss(logits: Float32Array, labels: Float32Array, rules: LabelRules): number {
  const { spec, positive } = rules;
  const width = headWidth(spec);
  const targets = targetsOf(labels, { ...rules, smoothing: 0 });
  const count = logits.length / width;
  let [sum, mass] = [0, 0];
  for (let i = 0; i < count; i++) {
    const z = logits.subarray(i * width, (i + 1) * width);
    const y = targets.subarray(i * width, (i + 1) * width);
    if (spec.kind === "regression") sum += mean(z, (v, k) => smoothL1(v - y[k]));
    else if (spec.kind === "multilabel") sum += mean(z, (v, k) => binary(v, y[k], positive?.[k] ?? 1));
    else sum += crossEntropy(z, y);
    mass += spec.kind === "binary" || spec.kind === "multiclass" ? (rules.classWeights?.[labels[i]] ?? 1) : 1;
  }
  return sum / mass;
}

const mean = (values: Float32Array, of: (value: number, k: number) => number): number =>
  values.reduce((sum, value, k) => sum + of(value, k), 0) / values.length;

const smoothL1 = (d: number): number => (Math.abs(d) < 1 ? 0.5 * d * d : Math.abs(d) - 0.5);

/** `(1 − y)·z + (1 + (q − 1)·y)·(max(−z, 0) + log(1 + exp(−|z|)))` */
const binary = (z: number, y: number, q: number): number =>
  (1 - y) * z + (1 + (q - 1) * y) * (Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z))));

function crossEntropy(z: Float32Array, y: Float32Array): number {
  const top = Math.max(...z);
  const norm = top + Math.log(z.reduce((sum, v) => sum + Math.exp(v - top), 0));
  return z.reduce((sum, v, k) => sum + y[k] * (norm - v), 0);
}
