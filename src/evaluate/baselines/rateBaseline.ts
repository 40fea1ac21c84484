import type { Predictions } from "../predictions.ts";
import { ECG_RATE, type FeatureTable, PPG_RATE } from "./features.ts";
import { checkSplit, type LabelledFeatures, predictionsFrom, targetsOf } from "./labelled.ts";

/**
 * Heart rate without learning: from the R peaks of the ECG, else the spectral peak of the PPG, else the mean of the training windows.
 * @throws UsageError as `checkSplit`
 */
export function rateBaseline(train: LabelledFeatures, test: LabelledFeatures): Predictions {
  checkSplit(train, test);
  const targets = targetsOf(train);
  const mean = targets.reduce((sum, target) => sum + target, 0) / targets.length;
  const columns = [ECG_RATE, PPG_RATE].map((name) => columnOf(test.features, name));
  const rate = (row: number): number => columns.map((column) => column(row)).find(Number.isFinite) ?? mean;
  return predictionsFrom(
    test,
    Float64Array.from(test.windows, (_, row) => rate(row)),
  );
}

function columnOf({ names, values }: FeatureTable, name: string): (row: number) => number {
  const f = names.indexOf(name);
  return f < 0 ? () => Number.NaN : (row) => values[row * names.length + f];
}
