import { averagedMetrics, share } from "./perClass.ts";

/** Harmonic mean of precision and recall, 2·TP / (2·TP + FP + FN). @see sklearn.metrics.f1_score */
export const [f1, f1Weighted] = averagedMetrics("f1", "F1", ({ truePositive, falsePositive, falseNegative }) =>
  share(2 * truePositive, 2 * truePositive + falsePositive + falseNegative),
);
