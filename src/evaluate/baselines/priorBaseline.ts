import { labelWidth } from "../../store/index.ts";
import type { Predictions } from "../predictions.ts";
import { checkSplit, type LabelledFeatures, predictionsFrom, targetsOf } from "./labelled.ts";

/**
 * What is best without looking at a window: the share of each class or label among the training windows, so that the most frequent
 * class is decided everywhere; their mean value for "regression".
 * @throws UsageError as `checkSplit`
 */
export function priorBaseline(train: LabelledFeatures, test: LabelledFeatures): Predictions {
  checkSplit(train, test);
  const prior = priorOf(train);
  return predictionsFrom(test, Float64Array.from(test.windows.flatMap(() => prior)));
}

function priorOf(train: LabelledFeatures): number[] {
  const { task, windows } = train;
  const targets = targetsOf(train);
  const width = labelWidth(task);
  if (task.kind === "multilabel" || task.kind === "regression") {
    return Array.from({ length: width }, (_, k) => {
      return windows.reduce((sum, _window, row) => sum + targets[row * width + k], 0) / windows.length;
    });
  }
  return task.classes.map((_, k) => targets.reduce((sum, target) => sum + Number(target === k), 0) / windows.length);
}
