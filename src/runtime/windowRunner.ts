import { SessionError, SignalError } from "../errors.ts";
import {
  type ChannelReport,
  type Contract,
  modelChannels,
  type PlacedChannel,
  planRecordingWindows,
  type Recording,
  type WindowBatch,
  type WindowBatchOptions,
  type WindowList,
  windowBatches,
} from "../signal/index.ts";
import type { Feeds, FeedTensor, Session } from "./session.ts";

/** Progress of long work, in windows. */
export type OnProgress = (done: number, total: number) => void;

/** Bytes of batches that may wait for the model while the signal chain works ahead. */
const AHEAD_BYTES = 64 * 2 ** 20;

/** A batch with what the model made of it. */
export interface RanBatch {
  readonly batch: WindowBatch;
  readonly outputs: Readonly<Record<string, FeedTensor>>;
}

/** What every batch of a recording shares. */
export interface WindowRun {
  readonly recording: Recording;
  readonly contract: Contract;
  readonly session: Session;
  readonly options: WindowBatchOptions & { readonly onProgress?: OnProgress };
  /** Further feeds of a batch, beside `x`. */
  feeds(batch: WindowBatch): Feeds;
}

/**
 * The windows of a recording, laid out.
 * @param todo what to do where none fits
 * @throws SignalError when not one window fits
 */
export function layWindows(
  recording: Recording,
  contract: Contract,
  options: WindowBatchOptions,
  todo = "Take shorter windows (--window)",
): WindowList {
  const list = planRecordingWindows(recording, contract, options);
  if (list.windows.length > 0) return list;
  const { from = 0, to = Number.POSITIVE_INFINITY } = options.range ?? {};
  const longest = recording.segments
    .map(({ onset, duration }) => Math.min(onset + duration, to) - Math.max(onset, from))
    .reduce((most, duration) => Math.max(most, duration), 0);
  throw new SignalError({
    where: recording.name,
    what: "no window fits into the recording",
    expected: `a stretch of ${options.windowSeconds} s without gap`,
    got: `at most ${Number(longest.toFixed(3))} s`,
    todo,
  });
}

/**
 * Run every window of a recording through a session, in order. The signal chain works ahead of the model by up to 64 MB of windows,
 * so that neither waits for the other; memory does not grow with the recording.
 * @returns what was done with each channel
 * @throws the errors of `windowBatches` and of the session; the reason of `signal` when it is aborted
 */
export async function* runWindows(run: WindowRun): AsyncGenerator<RanBatch, ChannelReport[]> {
  const { recording, contract, options } = run;
  const total = layWindows(recording, contract, options).windows.length;
  const batches = windowBatches(recording, contract, options);
  const waiting: Waiting[] = [];
  let ahead = 0;
  let done = 0;
  let report: ChannelReport[] | undefined;
  while (report === undefined || waiting.length > 0) {
    const free = waiting.length < 2 || ahead < AHEAD_BYTES;
    if (report === undefined && free && waiting[0]?.finished !== true) {
      const next = await batches.next();
      if (next.done) report = next.value;
      else {
        waiting.push(start(run, next.value));
        ahead += next.value.x.byteLength;
        await turn();
      }
      continue;
    }
    const first = waiting.shift();
    if (first === undefined) continue;
    const outputs = await first.outputs;
    options.signal?.throwIfAborted();
    ahead -= first.batch.x.byteLength;
    done += first.batch.windows.length;
    options.onProgress?.(done, total);
    yield { batch: first.batch, outputs };
  }
  return report;
}

/** A batch on its way through the session. */
interface Waiting {
  readonly batch: WindowBatch;
  readonly outputs: Promise<Record<string, FeedTensor>>;
  finished: boolean;
}

function start({ session, feeds }: WindowRun, batch: WindowBatch): Waiting {
  const x: FeedTensor = { dtype: "float32", shape: batch.shape, data: batch.x };
  const started: Waiting = { batch, outputs: session.run({ x, ...feeds(batch) }), finished: false };
  const finish = () => {
    started.finished = true; // an error is reported when its turn comes
  };
  started.outputs.then(finish, finish);
  return started;
}

/** Let results and signals from outside come in; filters can keep this thread busy for seconds. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** The montage inputs of the channels used, for a batch of one: raw locations and sensor rows. */
export function montageFeeds({ used }: { readonly used: readonly PlacedChannel[] }): Feeds {
  const { locations, locationDim, sensorType } = modelChannels(used);
  const count = used.length;
  return {
    channel_locations: { dtype: "float32", shape: [1, count, locationDim], data: locations },
    sensor_type: { dtype: "int32", shape: [1, count], data: sensorType },
  };
}

/** A tensor (1, …) repeated along its first axis. @throws SessionError for a tensor that is not float32 or int32 of batch 1 */
export function repeated({ dtype, shape, data }: FeedTensor, batch: number): FeedTensor {
  if (shape[0] !== 1 || !(data instanceof Float32Array || data instanceof Int32Array)) {
    throw new SessionError({ where: "repeated", what: "needs float32 or int32 of batch 1", got: `${dtype} ${shape}` });
  }
  const out =
    data instanceof Float32Array ? new Float32Array(batch * data.length) : new Int32Array(batch * data.length);
  for (let b = 0; b < batch; b++) out.set(data, b * data.length);
  return { dtype, shape: [batch, ...shape.slice(1)], data: out };
}
