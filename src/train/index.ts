export {
  attachHead,
  destandardize,
  encoderDigest,
  headWidth,
  readHead,
  readTaskModel,
  type Standardization,
  standardize,
  type TaskHead,
  type TaskModel,
  type TrainedTask,
  taskOutputs,
  writeHead,
} from "../task/index.ts";
export {
  type CommandConfig,
  configReference,
  type FinetuneConfig,
  finetuneConfig,
  type ParseOptions,
  type PretrainConfig,
  parseConfig,
  pretrainConfig,
} from "./config/index.ts";
export { alone, type Communicator } from "./distributed/communicator.ts";
export { dropoutMask, keptShare } from "./dropoutMask.ts";
export {
  type EarlyStoppingOptions,
  type EarlyStoppingState,
  judgeValidation,
  NOTHING_VALIDATED,
  type Verdict,
} from "./earlyStopping.ts";
export { openStepEngine } from "./engine/openStepEngine.ts";
export type { EngineOptions, EngineState, StepEngine, StepUpdate } from "./engine/stepEngine.ts";
export { type TrainingGraphs, type TrainingSetup, trainingGraphs } from "./engine/trainingGraphs.ts";
export { type FinetuneInputs, finetuneProgram } from "./finetune/finetuneProgram.ts";
export type { TaskScores } from "./finetune/finetuneValidation.ts";
export {
  balancedWeights,
  type ClassTargetOptions,
  type ClassTargets,
  classCounts,
  classTargets,
  effectiveWeights,
  positiveWeights,
  standardizationOf,
} from "./labels.ts";
export {
  type LoadedBatch,
  type LoadedMicroBatch,
  type Loader,
  type LoaderOptions,
  openLoader,
} from "./loader/index.ts";
export { LOCATION_SIGMA, locationNoise } from "./locationNoise.ts";
export { initializeLora, type LoraTarget, loraTargets, loraTensors } from "./lora.ts";
export {
  type BinaryWeights,
  binaryCrossEntropy,
  crossEntropy,
  type ReconstructionLosses,
  type RegressionLoss,
  reconstructionLosses,
  regressionLoss,
} from "./losses.ts";
export { type MaskOptions, maskedCount, PAPER_MASKS, patchMasks } from "./masking.ts";
export { labelledObjective } from "./objective/labelled.ts";
export type { Losses, Objective } from "./objective/objective.ts";
export { reconstructionObjective } from "./objective/reconstruction.ts";
export { type AdamWStep, adamwStep } from "./optimizer/adamw.ts";
export {
  clipFactor,
  findNonFinite,
  type GradientNorm,
  gradientNorm,
  type NamedValues,
  type NonFinite,
} from "./optimizer/clip.ts";
export { emaDecay, updateEma } from "./optimizer/ema.ts";
export {
  layerExponent,
  type ParameterGroup,
  type ParameterRule,
  parameterGroups,
  parameterRules,
  type RuleOptions,
  type TrainableTensor,
  type TrainingMode,
} from "./optimizer/groups.ts";
export {
  type Forward,
  type ForwardOptions,
  predictTask,
  type ShownStore,
  type TaskPredictions,
} from "./predict/index.ts";
export { type PretrainInputs, pretrainProgram } from "./pretrain/pretrainProgram.ts";
export {
  type BatchPlan,
  type Corpus,
  fewerPeople,
  type People,
  type Plan,
  planSampling,
  planSequential,
  type SplitRule,
  selectRows,
  splitStores,
} from "./sampling/index.ts";
export { type CosineOptions, constantSchedule, cosineSchedule, type Schedule } from "./schedule.ts";
export type { TrainingPlatform } from "./trainer/platform.ts";
export type { TrainingProgram } from "./trainer/program.ts";
export { type LoopOptions, type LoopResult, type TrainedStep, trainingLoop } from "./trainer/trainingLoop.ts";
export { type StepKey, windowStream } from "./windowStream.ts";
