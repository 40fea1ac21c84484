import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import { SessionError } from "../errors.ts";
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
}

/**
 * A session on ONNX Runtime.
 * @throws SessionError when the engine refuses the graph
 */
export async function ortSession(
  ort: OrtModule,
  graph: Graph,
  { provider, threads, options }: OrtSettings,
): Promise<Session> {
  const session = await create(ort, graph, options);
  const shapes = new Map(graph.inputs.map(({ name, dtype, shape }) => [name, { dtype, shape }]));
  let queue: Promise<unknown> = Promise.resolve();
  return {
    provider,
    threads,
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    run(feeds) {
      const result = queue.then(() => runOnce(ort, session, graph.name, shapes, feeds));
      queue = result.catch(() => undefined);
      return result;
    },
    async close() {
      await queue;
      await session.release();
    },
  };
}

async function create(
  ort: OrtModule,
  graph: Graph,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(writeOnnx(graph), options);
  } catch (cause) {
    throw new SessionError({ where: graph.name, what: "the engine refuses the graph", got: messageOf(cause), cause });
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
  for (const [name, type] of expected) {
    const feed = checkFeed(where, name, type, feeds[name]);
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
): FeedTensor {
  const fits =
    feed !== undefined &&
    feed.dtype === dtype &&
    feed.shape.length === shape.length &&
    shape.every((d, i) => typeof d === "string" || d === feed.shape[i]) &&
    feed.data.length === feed.shape.reduce((product, d) => product * d, 1);
  if (fits) return feed;
  throw new SessionError({
    where: `${where}, input ${name}`,
    what: feed === undefined ? "is missing" : "does not fit",
    expected: `${dtype} ${shapeText(shape)}`,
    got: feed === undefined ? undefined : `${feed.dtype} ${shapeText(feed.shape)} with ${feed.data.length} values`,
  });
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
