import { SessionError, UsageError } from "../../errors.ts";
import type { Feeds, FeedTensor } from "../../runtime/session.ts";
import { CHANNEL_NAMES, type Sensor } from "../../signal/index.ts";
import { labelWidth, type WindowStore } from "../../store/index.ts";
import { taskOutputs } from "../../task/outputs.ts";
import { describeSpec, headWidth, type TrainedTask } from "../../task/trainedTask.ts";
import type { Communicator } from "../distributed/communicator.ts";
import { channelInputs } from "../inputs.ts";
import { type LoadedMicroBatch, type Loader, type LoaderOptions, openLoader } from "../loader/index.ts";
import { everyNthStep, type Plan, planSequential } from "../sampling/index.ts";

/** Windows of a store that are to be predicted. */
export interface PredictedStore {
  readonly store: WindowStore;
  /** Rows of its table, see `selectRows`; may be none. */
  readonly rows: ArrayLike<number>;
}

/** Runs the model: `x` (B, C, T), `channel_locations` and `sensor_type` → logits (B, K). */
export type Forward = (feeds: Feeds) => Promise<FeedTensor>;

/** Windows that are shown to the model together: those of a micro-batch, or some of them. */
export type ShownWindows = Pick<LoadedMicroBatch, "x" | "shape" | "channels" | "indices">;

/** Makes windows worse, or other, before they are shown: each of them comes back in one part. */
export type Disturb = (micro: LoadedMicroBatch, store: WindowStore) => readonly ShownWindows[];

export interface PredictOptions {
  /** Most windows at a time; 16 if not given. */
  readonly micro?: number;
  /** Show the model these sensors only; those of the task if not given. */
  readonly sensors?: readonly Sensor[];
  /** What is done with windows, once they are z-scored; nothing if not given. */
  readonly disturb?: Disturb;
  /** Ranks that share the windows and all get all results. @see Communicator: a rank that throws ends the job */
  readonly ranks?: Communicator;
  readonly signal?: AbortSignal;
  /** In windows of this rank. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Who reads: `openLoader`, on this thread, if not given. The loader is closed at the end; the stores stay open. */
  readonly startLoader?: (stores: readonly WindowStore[], plan: Plan, options: LoaderOptions) => Loader;
}

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
 * Run a model over windows. Longer windows than the task's are cut to their middle. The result does not depend on `micro` or on the ranks beyond
 * the rounding of the engine, and its order not at all.
 * @throws UsageError without windows, for a store whose windows are too short or that has another task of the name;
 * SessionError where `forward` does not give (B, K); the errors of the loader; the reason of `signal` when it is aborted
 */
export async function predictTask(
  stores: readonly PredictedStore[],
  task: TrainedTask,
  forward: Forward,
  options: PredictOptions = {},
): Promise<TaskPredictions> {
  const { micro = 16, sensors = task.sensors, ranks, startLoader = openLoader, disturb } = options;
  const used = stores.flatMap(({ store, rows }, index) => (rows.length === 0 ? [] : [{ store, rows, index }]));
  checkStores(
    used.map(({ store }) => store),
    task,
  );
  const plan = planSequential(
    used.map(({ store, rows }, i) => ({ name: `${i} ${store.name}`, weight: 1, layout: store.windows.layout, rows })),
    micro,
  );
  const width = headWidth(task.spec);
  const logits = new Float32Array(plan.windows * width);
  const own = ranks === undefined ? plan : everyNthStep(plan, ranks.rank, ranks.size);
  const loaderOptions = {
    seed: 0,
    crop: { nTimes: task.nTimes, place: "centre" as const },
    sensors: used.map(() => sensors),
  };
  if (own.steps > 0) {
    const loader = startLoader(
      used.map(({ store }) => store),
      own,
      loaderOptions,
    );
    try {
      const show = (batch: LoadedMicroBatch) => disturb?.(batch, used[batch.corpus].store) ?? [batch];
      await runAll(loader, own, (shown) => forward(feedsOf(shown)), { show, width, logits, ...options });
    } finally {
      await loader.close();
    }
  }
  ranks?.allReduceSum(logits); // every logit is 0 on all ranks but one
  return { ...describeRows(plan, used, task), logits, output: taskOutputs(logits, task) };
}

interface Running extends Pick<PredictOptions, "signal" | "onProgress"> {
  readonly show: (micro: LoadedMicroBatch) => readonly ShownWindows[];
  /** K */
  readonly width: number;
  /** (N, K), filled in. */
  readonly logits: Float32Array;
}

async function runAll(
  loader: Loader,
  plan: Plan,
  ask: (shown: ShownWindows) => Promise<FeedTensor>,
  { show, width, logits, signal, onProgress }: Running,
): Promise<void> {
  let done = 0;
  for (let step = 0; step < plan.steps; step++) {
    signal?.throwIfAborted();
    const { microBatches } = await loader.next(step);
    for (const shown of microBatches.flatMap(show)) {
      const said = await ask(shown);
      signal?.throwIfAborted();
      const own = checkLogits(said, shown.indices.length, width);
      shown.indices.forEach((at, i) => void logits.set(own.subarray(i * width, (i + 1) * width), at * width));
      done += shown.indices.length;
      onProgress?.(done, plan.windows);
    }
  }
}

/** The inputs of a network with a classification head. */
export function feedsOf({ x, shape, channels }: Pick<LoadedMicroBatch, "x" | "shape" | "channels">): Feeds {
  const { channel_locations, sensor_type } = channelInputs(channels, shape[0], CHANNEL_NAMES.length);
  return { x: { dtype: "float32", shape, data: x }, channel_locations, sensor_type };
}

function checkLogits({ shape, data }: FeedTensor, batch: number, width: number): Float32Array {
  if (data instanceof Float32Array && shape.join() === `${batch},${width}` && data.length === batch * width)
    return data;
  throw new SessionError({
    where: "logits",
    what: "do not fit the task",
    expected: `float32 [${batch}, ${width}]`,
    got: `[${shape.join(", ")}]`,
  });
}

/** Which window each row of the result is, and what is true of it. */
function describeRows(
  plan: Plan,
  used: readonly (PredictedStore & { readonly index: number })[],
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
