import { defineMetric } from "./metric.ts";
import { rankedMean } from "./rankedMean.ts";
import { rankings } from "./ranking.ts";

/**
 * Area under the precision-recall curve as a sum of steps, Σ (Rₙ − Rₙ₋₁)·Pₙ: of the second class ("binary"), else the mean over labels,
 * or over classes each against the rest. Classes without a window are left out and named (scikit-learn 1.2 counts them 0).
 * @see sklearn.metrics.average_precision_score
 */
export const averagePrecision = defineMetric({
  name: "averagePrecision",
  title: "AUC-PR (average precision)",
  better: "higher",
  from: rankings,
  score: ({ perClass, absent }, { kind }) =>
    rankedMean(
      perClass.map((ranking) => ranking.averagePrecision),
      absent,
      kind,
    ),
});
