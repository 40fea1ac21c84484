export { openCommunicator } from "./distributed/node.ts";
export * from "./index.ts";
export { openWorkerLoader } from "./loader/node.ts";
export { openRun, type Run, type RunIdentity, readLatest } from "./run/node.ts";
export {
  type TrainingJob,
  type TrainingOptions,
  type TrainingOutcome,
  type TrainingStart,
  trainInFolder,
} from "./trainer/node.ts";
