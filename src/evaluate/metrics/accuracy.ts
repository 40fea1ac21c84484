import { confusion } from "./confusion.ts";
import { defineMetric } from "./metric.ts";

/** Share of windows that are right; of "multilabel", in every label. @see sklearn.metrics.accuracy_score */
export const accuracy = defineMetric({
  name: "accuracy",
  title: "Accuracy",
  better: "higher",
  from: confusion,
  score: ({ right, total }) => right / total,
});
