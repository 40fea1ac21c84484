import { defineMetric } from "./metric.ts";
import { rankedMean } from "./rankedMean.ts";
import { rankings } from "./ranking.ts";

/**
 * Area under the ROC curve: of the second class ("binary"), else the mean over labels, or over classes each against the rest.
 * Classes that all predictions together cannot define it for are left out and named.
 * @see sklearn.metrics.roc_auc_score, average="macro", multi_class="ovr"
 */
export const auroc = defineMetric({
  name: "auroc",
  title: "AUROC",
  better: "higher",
  from: rankings,
  score: ({ perClass, oneSided }, { kind }) =>
    rankedMean(
      perClass.map((ranking) => ranking.auroc),
      oneSided,
      kind,
    ),
});
