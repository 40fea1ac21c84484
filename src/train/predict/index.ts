export {
  type Disturb,
  type Forward,
  type ForwardOptions,
  feedsOf,
  forwardWindows,
  type ShownStore,
  type ShownWindows,
} from "./forwardWindows.ts";
export { predictTask, type TaskPredictions } from "./predictTask.ts";
