// What every platform has; the entries node.ts and web.ts add `open` and `PanLuna`.
export {
  ContractError,
  type ErrorParts,
  FormatError,
  GraphError,
  PanlunaError,
  SessionError,
  SignalError,
  UsageError,
  WeightsError,
} from "./errors.ts";
export type { OpenOptions } from "./formats/fileFormat.ts";
export type { Head, PanlunaSizes } from "./model/index.ts";
export type { Epoch, RecordingOptions } from "./runtime/epochs.ts";
export type { EmbedBatch, EmbedResult, PanLunaOptions, ValuesBatch } from "./runtime/panluna.ts";
export type {
  FlaggedChannel,
  PredictOptions,
  PredictResult,
  QueryAttention,
  WindowVerdict,
} from "./runtime/prediction/predictResult.ts";
export type { Reduced } from "./runtime/prediction/reduced.ts";
export type { OutputSummary, PredictionSummary } from "./runtime/prediction/summary.ts";
export type { Reconstruction, ReconstructOptions } from "./runtime/reconstruct.ts";
export type { Engine, Provider, Session, SessionOptions } from "./runtime/session.ts";
export type {
  Annotation,
  Channel,
  Contract,
  ContractOptions,
  QualityRow,
  Recording,
  Segment,
  Sensor,
} from "./signal/index.ts";
export { describeContract, planContract } from "./signal/index.ts";
export type { TaskKind, TaskSpec, TrainedTask } from "./task/index.ts";
