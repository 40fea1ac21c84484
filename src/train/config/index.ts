export type { CommandConfig } from "./commandConfig.ts";
export { type FinetuneConfig, finetuneConfig } from "./finetune.ts";
export { markedPaths } from "./markedPaths.ts";
export { type ParseOptions, parseConfig } from "./parseConfig.ts";
export { type PretrainConfig, pretrainConfig } from "./pretrain.ts";
export { configReference } from "./reference.ts";
