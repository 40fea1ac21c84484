export {
  type Disturb,
  type Forward,
  feedsOf,
  type PredictedStore,
  type PredictOptions,
  predictTask,
  type ShownWindows,
  type TaskPredictions,
} from "./predictTask.ts";
