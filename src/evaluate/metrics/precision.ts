import { averagedMetrics, share } from "./perClass.ts";

/** Of the windows taken for a class, the share that is of it. @see sklearn.metrics.precision_score */
export const [precision, precisionWeighted] = averagedMetrics(
  "precision",
  "Precision",
  ({ truePositive, falsePositive }) => share(truePositive, truePositive + falsePositive),
);
