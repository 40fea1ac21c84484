import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import { type ErrorParts, SessionError } from "../errors.ts";
import { type Dtype, type Graph, shapeText, type TensorData, writeOnnx } from "../graph/index.ts";
import type { DeviceTensor, FeedTensor, Provider, Session } from "./session.ts";

/** The part of an ONNX Runtime package that a session needs; onnxruntime-node and onnxruntime-web both have it. */
export interface OrtModule {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** What differs between providers and platforms. */
export interface OrtSettings {
  readonly provider: Provider;
  readonly threads: number;
  readonly options: InferenceSession.SessionOptions;
  /** Sentences for `Session.warnings`. */
  readonly warnings?: readonly string[];
  /** What a session that cannot be created means on this platform, where the engine's message tells. */
  readonly explain?: (message: string) => Pick<ErrorParts, "what" | "todo"> | undefined;
  /** Shared by sessions whose engine works on one call at a time; a session's own if not given. */
  readonly queue?: Queue;
}

/**
 * What every session asks of ONNX Runtime. Two of its fusions are left out: on the CPU their kernels are not vectorised and take longer
 * than the operators that they replace (SkipLayerNormalization five times as long as Add, Add, LayerNormalization).
 */
export const COMMON_OPTIONS: InferenceSession.SessionOptions = {
  graphOptimizationLevel: "all",
  logSeverityLevel: 3,
  extra: {
    optimization: { disable_specified_optimizers: "SkipLayerNormFusion;BiasGeluFusion" },
    session: { disable_quant_qdq: "1" }, // it rounds once more: the other operand of a product with int8 weights, and float weights behind int8 signals
  },
};

/** Runs tasks one after another, whatever became of the one before. */
export type Queue = <T>(task: () => Promise<T>) => Promise<T>;

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task);
    last = result.catch(() => undefined);
    return result;
  };
}

/**
 * A session on ONNX Runtime.
 * @throws SessionError when the engine does not start or refuses the graph
 */
export async function ortSession(ort: OrtModule, graph: Graph, settings: OrtSettings): Promise<Session> {
  const { provider, threads, warnings } = settings;
  const { run, ...runner } = await openRunner(ort, graph, settings);
  return {
    provider,
    threads,
    warnings,
    ...runner,
    run: (feeds) => run(feeds, (results) => mapValues(results, onHost)),
  };
}

/** The engine's session under our checks; what becomes of its tensors is the caller's to say. */
export interface OrtRunner extends Pick<Session, "inputNames" | "outputNames" | "seconds" | "close"> {
  run<T>(
    feeds: Readonly<Record<string, FeedTensor | DeviceTensor>>,
    take: (results: Readonly<Record<string, OrtTensor>>) => T,
  ): Promise<T>;
}

/** @throws SessionError when the engine does not start or refuses the graph */
export async function openRunner(ort: OrtModule, graph: Graph, settings: OrtSettings): Promise<OrtRunner> {
  const { queue = createQueue() } = settings;
  const session = await queue(() => create(ort, graph, settings));
  let milliseconds = 0;
  const shapes = new Map(graph.inputs.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: (feeds, take) =>
      queue(async () => {
        const start = performance.now();
        const results = await runOnce(ort, session, graph.name, shapes, feeds);
        milliseconds += performance.now() - start;
        return take(results);
      }),
    seconds: () => milliseconds / 1000,
    close: () =>
      queue(async () => {
        if (settings.options.enableProfiling) session.endProfiling();
        await session.release();
      }),
  };
}

/** A tensor of the engine whose data is in memory. */
export const onHost = ({ type, dims, data }: OrtTensor): FeedTensor => ({
  dtype: type as Dtype,
  shape: dims,
  data: data as TensorData,
});

export const mapValues = <A, B>(from: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(value)]));

async function create(ort: OrtModule, graph: Graph, { options, explain }: OrtSettings): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(writeOnnx(graph), options);
  } catch (cause) {
    const got = messageOf(cause);
    throw new SessionError({ where: graph.name, what: "the engine refuses the graph", ...explain?.(got), got, cause });
  }
}

type Expected = ReadonlyMap<string, { dtype: Dtype; shape: readonly (number | string)[] }>;

async function runOnce(
  ort: OrtModule,
  session: InferenceSession,
  where: string,
  expected: Expected,
  feeds: Readonly<Record<string, FeedTensor | DeviceTensor>>,
): Promise<Record<string, OrtTensor>> {
  const tensors: Record<string, OrtTensor> = {};
  const lengths = new Map<string, number>();
  for (const [name, type] of expected) tensors[name] = asOrt(ort, checkFeed(where, name, type, feeds[name], lengths));
  try {
    return await session.run(tensors);
  } catch (cause) {
    throw new SessionError({ where, what: "the engine failed", got: messageOf(cause), cause });
  }
}

const isOnDevice = (feed: FeedTensor | DeviceTensor): feed is DeviceTensor => "handle" in feed;

const asOrt = (ort: OrtModule, feed: FeedTensor | DeviceTensor): OrtTensor =>
  isOnDevice(feed)
    ? (feed.handle as OrtTensor)
    : (new ort.Tensor(feed.dtype, feed.data as Float32Array, feed.shape as number[]) as OrtTensor);

function checkFeed(
  where: string,
  name: string,
  { dtype, shape }: { dtype: Dtype; shape: readonly (number | string)[] },
  feed: FeedTensor | DeviceTensor | undefined,
  lengths: Map<string, number>,
): FeedTensor | DeviceTensor {
  const fits =
    feed !== undefined &&
    feed.dtype === dtype &&
    feed.shape.length === shape.length &&
    shape.every((d, i) => agrees(d, feed.shape[i], lengths)) &&
    holdsItsData(feed);
  if (fits) return feed;
  throw new SessionError({
    where: `${where}, input ${name}`,
    what: feed === undefined ? "is missing" : "does not fit",
    expected: `${dtype} ${shapeText(shape)}${lengthsText(shape, lengths)}`,
    got: feed && `${feed.dtype} ${shapeText(feed.shape)} ${contentText(feed)}`,
  });
}

const holdsItsData = (feed: FeedTensor | DeviceTensor): boolean =>
  isOnDevice(feed)
    ? (feed.handle as OrtTensor).location !== "none"
    : feed.data.length === feed.shape.reduce((product, d) => product * d, 1);

const contentText = (feed: FeedTensor | DeviceTensor): string => {
  if (!isOnDevice(feed)) return `with ${feed.data.length} values`;
  return holdsItsData(feed) ? "on the device" : "released";
};

/** ` with B = 2, C = 4`: the lengths that other feeds have set. */
function lengthsText(shape: readonly (number | string)[], lengths: ReadonlyMap<string, number>): string {
  const parts = [...lengths].filter(([symbol]) => shape.some((d) => String(d).split("*").includes(symbol)));
  return parts.length === 0 ? "" : ` with ${parts.map(([symbol, length]) => `${symbol} = ${length}`).join(", ")}`;
}

/** Whether an axis has its length; a symbol, alone or times a number, has the same one wherever it stands: engines would broadcast instead. */
function agrees(dim: number | string, length: number, lengths: Map<string, number>): boolean {
  if (typeof dim === "number") return dim === length;
  const [, factor = "1", symbol] = /^(?:(\d+)\*)?([^*]+)$/.exec(dim) ?? [];
  if (symbol === undefined) return true; // products of symbols are the engine's to check
  const found = length / Number(factor);
  const known = lengths.get(symbol) ?? found;
  lengths.set(symbol, known);
  return Number.isInteger(found) && known === found;
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)).trim();
