export type { MergedAdapters } from "./adapters.ts";
export { encoderDigest } from "./encoderDigest.ts";
export {
  type AttachOptions,
  attachHead,
  type HeadedModel,
  type HeadOrigin,
  readHead,
  type TaskHead,
  writeHead,
} from "./headFile.ts";
export { taskOutputs } from "./outputs.ts";
export { readTask, TASK_KEY, taskText } from "./readTask.ts";
export { destandardize, type Standardization, standardize } from "./standardization.ts";
export { readTaskModel, type TaskModel } from "./taskModel.ts";
export { type Label, labelWidth, type TaskKind, type TaskSpec } from "./taskSpec.ts";
export { describeSpec, headWidth, type TrainedTask } from "./trainedTask.ts";
