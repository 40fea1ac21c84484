import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import { type ErrorParts, SessionError } from "../errors.ts";
import { type Dtype, type Graph, shapeText, type TensorData, writeOnnx } from "../graph/index.ts";
import type { Feeds, FeedTensor, Provider, Session } from "./session.ts";

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
  extra: { optimization: { disable_specified_optimizers: "SkipLayerNormFusion;BiasGeluFusion" } },
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
  const { provider, threads, warnings, queue = createQueue() } = settings;
  const session = await queue(() => create(ort, graph, settings));
  let milliseconds = 0;
  const shapes = new Map(graph.inputs.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
  return {
    provider,
    threads,
    warnings,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run: (feeds) =>
      queue(async () => {
        const start = performance.now();
        const results = await runOnce(ort, session, graph.name, shapes, feeds);
        milliseconds += performance.now() - start;
        return results;
      }),
    seconds: () => milliseconds / 1000,
    close: () =>
      queue(async () => {
        if (settings.options.enableProfiling) session.endProfiling();
        await session.release();
      }),
  };
}

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
  feeds: Feeds,
): Promise<Record<string, FeedTensor>> {
  const tensors: Record<string, OrtTensor> = {};
  const lengths = new Map<string, number>();
  for (const [name, type] of expected) {
    const feed = checkFeed(where, name, type, feeds[name], lengths);
    tensors[name] = new ort.Tensor(feed.dtype, feed.data as Float32Array, feed.shape as number[]) as OrtTensor;
  }
  try {
    const results = await session.run(tensors);
    return Object.fromEntries(
      Object.entries(results).map(([name, t]) => [
        name,
        { dtype: t.type as Dtype, shape: t.dims, data: t.data as TensorData },
      ]),
    );
  } catch (cause) {
    throw new SessionError({ where, what: "the engine failed", got: messageOf(cause), cause });
  }
}

function checkFeed(
  where: string,
  name: string,
  { dtype, shape }: { dtype: Dtype; shape: readonly (number | string)[] },
  feed: FeedTensor | undefined,
  lengths: Map<string, number>,
): FeedTensor {
  const fits =
    feed !== undefined &&
    feed.dtype === dtype &&
    feed.shape.length === shape.length &&
    shape.every((d, i) => agrees(d, feed.shape[i], lengths)) &&
    feed.data.length === feed.shape.reduce((product, d) => product * d, 1);
  if (fits) return feed;
  throw new SessionError({
    where: `${where}, input ${name}`,
    what: feed === undefined ? "is missing" : "does not fit",
    expected: `${dtype} ${shapeText(shape)}${lengthsText(shape, lengths)}`,
    got: feed === undefined ? undefined : `${feed.dtype} ${shapeText(feed.shape)} with ${feed.data.length} values`,
  });
}

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
