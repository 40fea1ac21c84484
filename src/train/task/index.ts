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
export { readTaskModel, type TaskModel } from "./taskModel.ts";
export { describeSpec, headWidth, type TrainedTask } from "./trainedTask.ts";
