import { labelWidth } from "../../store/index.ts";
import { outputWidth, type Predictions } from "../predictions.ts";
import { checkSplit, type LabelledFeatures, predictionsFrom, rowsOf, targetsOf } from "./labelled.ts";
import { type Design, fitLogistic, logisticProbabilities } from "./logistic.ts";
import { fitRidge, linearValues } from "./ridge.ts";
import { fitStandardization, standardize } from "./standardize.ts";

export interface LinearBaselineOptions {
  /** Weight of the data against the penalty (scikit-learn's `C`, 1/alpha of ridge regression); chosen on the training subjects if not given. */
  readonly strength?: number;
  /** Every class counts as much as any other; true for "binary" and "multiclass" if not given. */
  readonly balanced?: boolean;
}

export interface LinearBaseline {
  readonly predictions: Predictions;
  readonly strength: number;
}

/** What is tried, the strongest penalty first. */
export const STRENGTHS = [1e-4, 1e-3, 1e-2, 0.1, 1, 10];

/** Groups of training subjects that take turns in being left out. */
const FOLDS = 5;

/**
 * Linear model on standardised features: logistic regression ("binary", "multiclass"; one per label for "multilabel") or ridge
 * regression, with an L2 penalty. Standardisation and penalty know the training subjects only.
 * @throws UsageError as `checkSplit`
 */
export function linearBaseline(
  train: LabelledFeatures,
  test: LabelledFeatures,
  options: LinearBaselineOptions = {},
): LinearBaseline {
  checkSplit(train, test);
  const { kind } = train.task;
  const balanced = options.balanced ?? (kind === "binary" || kind === "multiclass");
  const strength = options.strength ?? chooseStrength(train, balanced);
  return { predictions: predictionsFrom(test, fitAndApply(train, test, strength, balanced)), strength };
}

/** (N of test, K) */
function fitAndApply(
  train: LabelledFeatures,
  test: LabelledFeatures,
  strength: number,
  balanced: boolean,
): Float64Array {
  const fitted = fitStandardization(train.features);
  const [seen, unseen] = [train, test].map(
    ({ features }): Design => ({
      x: standardize(features, fitted),
      count: features.count,
      width: features.names.length,
    }),
  );
  const targets = targetsOf(train);
  const { kind, classes } = train.task;
  if (kind === "regression") return linearValues(unseen, fitRidge(seen, targets, 1 / strength));
  const learn = (target: ArrayLike<number>, size: number) =>
    classProbabilities(seen, unseen, target, size, strength, balanced);
  if (kind !== "multilabel") return learn(targets, classes.length);
  const width = classes.length;
  const output = new Float64Array(test.windows.length * width);
  for (let k = 0; k < width; k++) {
    const p = learn(
      Float64Array.from(train.windows, (_, row) => targets[row * width + k]),
      2,
    );
    for (let row = 0; row < test.windows.length; row++) output[row * width + k] = p[2 * row + 1];
  }
  return output;
}

/** (N, size) probabilities; a class without a training window gets 0, and a lone class 1. */
function classProbabilities(
  seen: Design,
  unseen: Design,
  target: ArrayLike<number>,
  size: number,
  strength: number,
  balanced: boolean,
): Float64Array {
  const present = [...new Set(Array.from(target))].sort((a, b) => a - b);
  const output = new Float64Array(unseen.count * size);
  const own = Float64Array.from(target, (k) => present.indexOf(k));
  const p =
    present.length === 1
      ? new Float64Array(unseen.count).fill(1)
      : logisticProbabilities(unseen, fitLogistic(seen, own, present.length, { strength, balanced }));
  for (let row = 0; row < unseen.count; row++) {
    present.forEach((k, i) => {
      output[row * size + k] = p[row * present.length + i];
    });
  }
  return output;
}

/** The strength with the least mean loss on training subjects left out in turn; the strongest penalty of equals. 1 for one subject. */
function chooseStrength(train: LabelledFeatures, balanced: boolean): number {
  const subjects = [...new Set(train.windows.map(({ subject }) => subject))].sort();
  const folds = Math.min(FOLDS, subjects.length);
  if (folds < 2) return 1;
  const foldOf = new Map(subjects.map((subject, i) => [subject, i % folds]));
  const losses = STRENGTHS.map((strength) => {
    let loss = 0;
    for (let fold = 0; fold < folds; fold++) {
      const [kept, left] = [false, true].map((out) =>
        rowsOf(
          train,
          train.windows.flatMap(({ subject }, row) => ((foldOf.get(subject) === fold) === out ? [row] : [])),
        ),
      );
      loss += lossOf(left, fitAndApply(kept, left, strength, balanced), balanced);
    }
    return loss;
  });
  return STRENGTHS[losses.indexOf(Math.min(...losses))];
}

/** Probability that a log loss does not go below. */
const LEAST = 1e-6;

/** Sum over windows of squared error ("regression") or log loss; over classes of their mean log loss where they count the same. */
function lossOf(left: LabelledFeatures, output: Float64Array, balanced: boolean): number {
  const { task, windows } = left;
  const targets = targetsOf(left);
  if (task.kind === "regression") return targets.reduce((sum, y, row) => sum + (output[row] - y) ** 2, 0);
  const [width, size] = [labelWidth(task), outputWidth(task)];
  if (task.kind === "multilabel") {
    return targets.reduce((sum, y, i) => sum - Math.log(Math.max(LEAST, y === 1 ? output[i] : 1 - output[i])), 0);
  }
  const counts = new Float64Array(size);
  for (const target of targets) counts[target] += 1;
  return windows.reduce((sum, _, row) => {
    const target = targets[row * width];
    const weight = balanced ? windows.length / (size * counts[target]) : 1;
    return sum - weight * Math.log(Math.max(LEAST, output[row * size + target]));
  }, 0);
}
