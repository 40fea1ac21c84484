import { averagedMetrics, share } from "./perClass.ts";

/** Of the windows of a class, the share taken for it. @see sklearn.metrics.recall_score */
export const [recall, recallWeighted] = averagedMetrics("recall", "Recall", ({ truePositive, falseNegative }) =>
  share(truePositive, truePositive + falseNegative),
);
