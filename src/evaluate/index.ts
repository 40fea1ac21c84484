export { type Ablation, type AblationRow, ablate, type SensorSubset } from "./ablation.ts";
export { aggregate } from "./aggregate.ts";
export * from "./baselines/index.ts";
export {
  type BootstrapOptions,
  bootstrap,
  type Estimate,
  type MetricEstimate,
  pairedDifference,
} from "./bootstrap.ts";
export { type Comparison, type ComparisonRow, type Contender, compare } from "./comparison.ts";
export { type Curves, curvesOf } from "./curves.ts";
export { addNoise, DISTURBANCES, type Disturbance, keepAtRandom, LEAST_CHANNELS } from "./disturbance.ts";
export { describeRow, type ExampleRows, pickExamples } from "./examples.ts";
export { HEADLINES, METRICS } from "./metrics/index.ts";
export { isDefined, type Metric, measure, type Score, type Scores, type Undefined } from "./metrics/metric.ts";
export { perSubject, type SubjectScore } from "./perSubject.ts";
export { type PooledPart, poolPredictions } from "./pool.ts";
export {
  collectPredictions,
  outputWidth,
  type PredictedWindow,
  type Predictions,
  rowsOfPredictions,
  windowOf,
} from "./predictions.ts";
export { readPredictions, writePredictions } from "./predictionsFile.ts";
export * from "./reconstruction/index.ts";
export type { ExampleWindow } from "./report/exampleSection.ts";
export { type Report, reportHtml } from "./report/report.ts";
export {
  type DisturbedPredictions,
  measureRobustness,
  type Robustness,
  type RobustnessCurve,
  type RobustnessKind,
  type RobustnessRow,
} from "./robustness.ts";
export type { Estimates, Scored } from "./scored.ts";
export { averageOutputs, type SeededPredictions, type SeedScores, scoreSeeds } from "./seeds.ts";
export { LEVELS, type LevelName, type LevelSummary, type Summary, summarize } from "./summary.ts";
