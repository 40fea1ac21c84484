export { type CheckpointOptions, type LoadedModel, modelFromCheckpoint } from "./checkpoint.ts";
export { type InitialScale, initializeParameter, initializeWeights, type Weights } from "./initialize.ts";
export { type LoraAdapters, mergeLora } from "./lora.ts";
export type { NoiseRates } from "./network.ts";
export { type NoiseInput, SILENT } from "./noise.ts";
export {
  montageGraph,
  type OpenNetwork,
  openMontage,
  openPanluna,
  type PanlunaGraphOptions,
  panlunaGraph,
} from "./panluna.ts";
export { type Head, type ParameterSpec, parameterSpecs } from "./parameters.ts";
export { type RandomStream, randomStream } from "./random.ts";
export { checkSizes, type PanlunaSizes, PUBLISHED, widthOf } from "./sizes.ts";
export type { PanlunaModel, TrainingForm } from "./startNetwork.ts";
export { readStateDict } from "./stateDict.ts";
