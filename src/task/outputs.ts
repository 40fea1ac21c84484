import { destandardize } from "./standardization.ts";
import { headWidth, type TrainedTask } from "./trainedTask.ts";

/**
 * What a head says, in the terms of the labels: a probability per class (softmax of "binary" and "multiclass", sigmoid of "multilabel"), or a
 * value in the unit of the task ("regression"). No logit overflows; logits that are no numbers give outputs that are none.
 * @param logits (N, K)
 * @returns (N, K), in double precision
 */
export function taskOutputs(
  logits: ArrayLike<number>,
  { spec, standardization }: Pick<TrainedTask, "spec" | "standardization">,
): Float64Array {
  if (spec.kind === "regression") {
    return Float64Array.from(standardization ? destandardize(logits, standardization) : logits);
  }
  if (spec.kind === "multilabel") return Float64Array.from(logits, sigmoid);
  const outputs = Float64Array.from(logits);
  const width = headWidth(spec);
  for (let at = 0; at < outputs.length; at += width) softmaxInPlace(outputs.subarray(at, at + width));
  return outputs;
}

/** `1 / (1 + e^−z)`, of whichever sign of z does not overflow. */
function sigmoid(z: number): number {
  const e = Math.exp(-Math.abs(z));
  return z >= 0 ? 1 / (1 + e) : e / (1 + e);
}

/** `e^(z − max z) / Σ` */
function softmaxInPlace(z: Float64Array): void {
  const top = z.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  let sum = 0;
  for (let k = 0; k < z.length; k++) {
    z[k] = Math.exp(z[k] - top);
    sum += z[k];
  }
  for (let k = 0; k < z.length; k++) z[k] /= sum;
}
