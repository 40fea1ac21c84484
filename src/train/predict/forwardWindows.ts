import { SessionError } from "../../errors.ts";
import type { Feeds, FeedTensor } from "../../runtime/session.ts";
import { CHANNEL_NAMES, type Sensor } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import type { Communicator } from "../distributed/communicator.ts";
import { channelInputs } from "../inputs.ts";
import { type LoadedMicroBatch, type Loader, type LoaderOptions, openLoader } from "../loader/index.ts";
import { everyNthStep, type Plan, planSequential } from "../sampling/index.ts";

/** Windows of a store that are shown to a model. */
export interface ShownStore {
  readonly store: WindowStore;
  /** Rows of its table, see `selectRows`; may be none. */
  readonly rows: ArrayLike<number>;
}

/** Runs the model: `x` (B, C, T), `channel_locations` and `sensor_type` → (B, K). */
export type Forward = (feeds: Feeds) => Promise<FeedTensor>;

/** Windows that are shown to the model together: those of a micro-batch, or some of them. */
export type ShownWindows = Pick<LoadedMicroBatch, "x" | "shape" | "channels" | "indices">;

/** Makes windows worse, or other, before they are shown: each of them comes back in one part. */
export type Disturb = (micro: LoadedMicroBatch, store: WindowStore) => readonly ShownWindows[];

export interface ForwardOptions {
  /** Most windows at a time; 16 if not given. */
  readonly micro?: number;
  /** Show the model these sensors only; all that the windows have if not given. */
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

/** What a model gave for windows, in the order of their plan. */
export interface ForwardResult {
  /** Which window each row is; corpus i of it is `used[i]`. */
  readonly plan: Plan;
  /** The stores that have windows, with their index among those given. */
  readonly used: readonly (ShownStore & { readonly index: number })[];
  /** (N, K) */
  readonly values: Float32Array;
}

/**
 * Run a model over windows: store by store, within a store layout by layout, in the order of the rows. Longer windows than `nTimes` are cut to their
 * middle. The result does not depend on `micro` or on the ranks beyond the rounding of the engine, and its order not at all.
 * @param expected what `forward` gives: its name, for messages, and its width K
 * @throws UsageError without windows; SessionError where `forward` does not give (B, K); the errors of the loader; the reason of `signal` when it is
 * aborted
 */
export async function forwardWindows(
  stores: readonly ShownStore[],
  nTimes: number,
  forward: Forward,
  expected: { readonly name: string; readonly width: number },
  options: ForwardOptions = {},
): Promise<ForwardResult> {
  const { micro = 16, sensors, ranks, startLoader = openLoader } = options;
  const used = stores.flatMap(({ store, rows }, index) => (rows.length === 0 ? [] : [{ store, rows, index }]));
  const opened = used.map(({ store }) => store);
  const plan = planSequential(
    used.map(({ store, rows }, i) => ({ name: `${i} ${store.name}`, weight: 1, layout: store.windows.layout, rows })),
    micro,
  );
  const values = new Float32Array(plan.windows * expected.width);
  const own = ranks === undefined ? plan : everyNthStep(plan, ranks.rank, ranks.size);
  if (own.steps > 0) {
    const crop = { nTimes, place: "centre" as const };
    const loader = startLoader(opened, own, { seed: 0, crop, sensors: used.map(() => sensors) });
    try {
      await runAll(loader, own, { forward, expected, opened, values }, options);
    } finally {
      await loader.close();
    }
  }
  ranks?.allReduceSum(values); // every value is 0 on all ranks but one
  return { plan, used, values };
}

interface Running {
  readonly forward: Forward;
  readonly expected: { readonly name: string; readonly width: number };
  readonly opened: readonly WindowStore[];
  /** (N, K), filled in. */
  readonly values: Float32Array;
}

async function runAll(
  loader: Loader,
  plan: Plan,
  { forward, expected, opened, values }: Running,
  { disturb, signal, onProgress }: ForwardOptions,
): Promise<void> {
  const { width } = expected;
  const show = (micro: LoadedMicroBatch) => disturb?.(micro, opened[micro.corpus]) ?? [micro];
  let done = 0;
  for (let step = 0; step < plan.steps; step++) {
    signal?.throwIfAborted();
    const { microBatches } = await loader.next(step);
    for (const shown of microBatches.flatMap(show)) {
      const said = await forward(feedsOf(shown));
      signal?.throwIfAborted();
      const own = checkRows(said, shown.indices.length, expected);
      shown.indices.forEach((at, i) => void values.set(own.subarray(i * width, (i + 1) * width), at * width));
      done += shown.indices.length;
      onProgress?.(done, plan.windows);
    }
  }
}

/** The inputs of a network without a reconstruction head. */
export function feedsOf({ x, shape, channels }: Pick<LoadedMicroBatch, "x" | "shape" | "channels">): Feeds {
  const { channel_locations, sensor_type } = channelInputs(channels, shape[0], CHANNEL_NAMES.length);
  return { x: { dtype: "float32", shape, data: x }, channel_locations, sensor_type };
}

function checkRows(
  { shape, data }: FeedTensor,
  batch: number,
  { name, width }: { readonly name: string; readonly width: number },
): Float32Array {
  if (data instanceof Float32Array && shape.join() === `${batch},${width}` && data.length === batch * width)
    return data;
  throw new SessionError({
    where: name,
    what: "do not fit the windows",
    expected: `float32 [${batch}, ${width}]`,
    got: `[${shape.join(", ")}]`,
  });
}
