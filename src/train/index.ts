export { dropoutMask, keptShare } from "./dropoutMask.ts";
export {
  type EarlyStoppingOptions,
  type EarlyStoppingState,
  judgeValidation,
  NOTHING_VALIDATED,
  type Verdict,
} from "./earlyStopping.ts";
export {
  balancedWeights,
  type ClassTargetOptions,
  type ClassTargets,
  classCounts,
  classTargets,
  destandardize,
  effectiveWeights,
  positiveWeights,
  type Standardization,
  standardizationOf,
  standardize,
} from "./labels.ts";
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
  type PredictedStore,
  type PredictOptions,
  predictTask,
  type TaskPredictions,
} from "./predict/index.ts";
export { type CosineOptions, constantSchedule, cosineSchedule, type Schedule } from "./schedule.ts";
export {
  attachHead,
  encoderDigest,
  headWidth,
  readHead,
  readTaskModel,
  type TaskHead,
  type TaskModel,
  type TrainedTask,
  taskOutputs,
  writeHead,
} from "./task/index.ts";
export { type StepKey, windowStream } from "./windowStream.ts";
