import type { TaskKind } from "../../store/index.ts";
import { accuracy, exactAccuracy } from "./accuracy.ts";
import { auroc } from "./auroc.ts";
import { averagePrecision } from "./averagePrecision.ts";
import { balancedAccuracy } from "./balancedAccuracy.ts";
import { bias, lowerLimit, upperLimit } from "./blandAltman.ts";
import { brier } from "./brier.ts";
import { calibrationError } from "./calibration.ts";
import { f1, f1Weighted } from "./f1.ts";
import { kappa } from "./kappa.ts";
import { logLoss } from "./logLoss.ts";
import { meanAbsoluteError } from "./meanAbsoluteError.ts";
import type { Metric } from "./metric.ts";
import { pearson } from "./pearson.ts";
import { precision, precisionWeighted } from "./precision.ts";
import { recall, recallWeighted } from "./recall.ts";
import { rootMeanSquaredError } from "./rootMeanSquaredError.ts";

const COUNTED = [precision, precisionWeighted, recall, recallWeighted, f1, f1Weighted];
const PROBABILITIES = [auroc, averagePrecision, calibrationError, logLoss, brier];
const CLASSES = [accuracy, balancedAccuracy, kappa, ...COUNTED, ...PROBABILITIES];

/** Every metric of a kind of task, in the order of reports. */
export const METRICS: Readonly<Record<TaskKind, readonly Metric[]>> = {
  binary: CLASSES,
  multiclass: CLASSES,
  multilabel: [exactAccuracy, ...COUNTED, ...PROBABILITIES],
  regression: [meanAbsoluteError, rootMeanSquaredError, pearson, bias, lowerLimit, upperLimit],
};

/** The metrics that stand first: what the papers of the field report. */
export const HEADLINES: Readonly<Record<TaskKind, readonly Metric[]>> = {
  binary: [balancedAccuracy, auroc, averagePrecision],
  multiclass: [balancedAccuracy, kappa, f1Weighted],
  multilabel: [auroc, averagePrecision, f1],
  regression: [meanAbsoluteError, rootMeanSquaredError, bias],
};
