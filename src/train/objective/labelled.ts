import { float32 } from "../../graph/index.ts";
import type { TaskKind } from "../../store/index.ts";
import { binaryCrossEntropy, crossEntropy, regressionLoss } from "../losses.ts";
import type { Objective } from "./objective.ts";

export interface LabelledOptions {
  readonly kind: TaskKind;
  /** Multi-label: (K) factors on the positives. */
  readonly positive?: readonly number[];
}

/**
 * The loss of a task (SPEC.md §8): cross-entropy for classes that exclude each other, binary cross-entropy for labels, smooth L1 for values.
 * Inputs: `target` (B, K) as `losses.ts` says, `window_weight` (B): weights of the windows that sum to 1 over the batch.
 */
export function labelledObjective({ kind, positive }: LabelledOptions): Objective {
  return {
    masked: false,
    losses({ g, value }) {
      const logits = value("logits");
      const target = g.input("target", "float32", logits.shape);
      const weight = g.input("window_weight", "float32", [logits.shape[0]]);
      const factors = positive && g.constant(float32(Float32Array.from(positive), [positive.length]));
      const total = {
        binary: () => crossEntropy(g, logits, target, weight),
        multiclass: () => crossEntropy(g, logits, target, weight),
        multilabel: () => binaryCrossEntropy(g, logits, target, { weight, ...(factors && { positive: factors }) }),
        regression: () => regressionLoss(g, logits, target, "smooth-l1", weight),
      }[kind]();
      return { total, parts: { loss: total } };
    },
  };
}
