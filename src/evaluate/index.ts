export { aggregate } from "./aggregate.ts";
export {
  type BootstrapOptions,
  bootstrap,
  type Estimate,
  type MetricEstimate,
  pairedDifference,
} from "./bootstrap.ts";
export { HEADLINES, METRICS } from "./metrics/index.ts";
export { isDefined, type Metric, measure, type Score, type Scores, type Undefined } from "./metrics/metric.ts";
export { collectPredictions, outputWidth, type PredictedWindow, type Predictions, windowOf } from "./predictions.ts";
export { readPredictions, writePredictions } from "./predictionsFile.ts";
