import { UsageError } from "../../errors.ts";
import { labelWidth, type WindowStore } from "../../store/index.ts";
import { taskOutputs } from "../../task/outputs.ts";
import { describeSpec, headWidth, type TrainedTask } from "../../task/trainedTask.ts";
import {
  type Forward,
  type ForwardOptions,
  type ForwardResult,
  forwardWindows,
  type ShownStore,
} from "./forwardWindows.ts";

/** What a model said of windows, row by row: store by store, within a store layout by layout, in the order of the rows. */
export interface TaskPredictions {
  /** N */
  readonly count: number;
  /** (N) index into the stores given. */
  readonly store: Uint16Array;
  /** (N) row of the store's table. */
  readonly row: Uint32Array;
  /** (N, labelWidth); NaN where a window has no label of the task. */
  readonly target: Float32Array;
  /** (N, K) as the head says it: what a validation loss is computed from. */
  readonly logits: Float32Array;
  /** (N, K) in the terms of the labels, see `taskOutputs`. */
  readonly output: Float64Array;
}

/**
 * Ask a model about windows, see `forwardWindows`. Sensors are those of the task if not given.
 * @throws UsageError without windows, for a store whose windows are too short or that has another task of the name;
 * SessionError where `forward` does not give (B, K); the errors of the loader; the reason of `signal` when it is aborted
 */
export async function predictTask(
  stores: readonly ShownStore[],
  task: TrainedTask,
  forward: Forward,
  options: ForwardOptions = {},
): Promise<TaskPredictions> {
  const shown = stores.flatMap(({ store, rows }) => (rows.length === 0 ? [] : [store]));
  checkStores(shown, task);
  const { sensors = task.sensors } = options;
  const expected = { name: "logits", width: headWidth(task.spec) };
  const result = await forwardWindows(stores, task.nTimes, forward, expected, { ...options, sensors });
  return { ...describeRows(result, task), logits: result.values, output: taskOutputs(result.values, task) };
}

/** Which window each row of the result is, and what is true of it. */
function describeRows(
  { plan, used }: ForwardResult,
  { name, spec }: TrainedTask,
): Pick<TaskPredictions, "count" | "store" | "row" | "target"> {
  const count = plan.windows;
  const width = labelWidth(spec);
  const [store, row, target] = [new Uint16Array(count), new Uint32Array(count), new Float32Array(count * width)];
  for (let step = 0; step < plan.steps; step++) {
    for (const { corpus, rows, indices } of plan.planBatch(step).microBatches) {
      const labels = used[corpus].store.windows.labels.get(name);
      rows.forEach((at, i) => {
        store[indices[i]] = used[corpus].index;
        row[indices[i]] = at;
        const own = labels?.subarray(at * width, (at + 1) * width) ?? new Float32Array(width).fill(Number.NaN);
        target.set(own, indices[i] * width);
      });
    }
  }
  return { count, store, row, target };
}

function checkStores(stores: readonly WindowStore[], { name, spec, nTimes }: TrainedTask): void {
  if (stores.length === 0) {
    throw new UsageError({
      where: `task ${name}`,
      what: "there are no windows to predict",
      todo: "Check the split, the sensors and which windows have labels of the task",
    });
  }
  for (const store of stores) {
    const own = store.tasks[name];
    if (own !== undefined && describeSpec(own) !== describeSpec(spec)) {
      throw new UsageError({
        where: `${store.name}, task ${name}`,
        what: "is not the task that the model was trained for",
        expected: describeSpec(spec),
        got: describeSpec(own),
      });
    }
    if (store.nTimes < nTimes) {
      throw new UsageError({
        where: store.name,
        what: "its windows are shorter than those that the model was trained with",
        expected: `at least ${nTimes} samples`,
        got: String(store.nTimes),
        todo: "Prepare it with longer windows",
      });
    }
  }
}
