import { confusion } from "./confusion.ts";
import { defineMetric } from "./metric.ts";

/** Share of windows that are right. @see sklearn.metrics.accuracy_score */
export const accuracy = defineMetric({
  name: "accuracy",
  title: "Accuracy",
  better: "higher",
  from: confusion,
  score: ({ right, total }) => right / total,
});

/** The same of "multilabel": a window is right where every label is. */
export const exactAccuracy = { ...accuracy, title: "Accuracy (all labels right)" };
