export {
  type Forward,
  feedsOf,
  type PredictedStore,
  type PredictOptions,
  predictTask,
  type TaskPredictions,
} from "./predictTask.ts";
