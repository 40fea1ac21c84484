import { Worker } from "node:worker_threads";
import { Tensor } from "onnxruntime-common";
import type { Graph, TensorData } from "../../graph/index.ts";
import { nodeEngine, openOnProvider } from "../node.ts";
import { type OrtModule, type OrtSettings, ortSession } from "../ort.ts";
import type { Engine, Session } from "../session.ts";

/** What the worker says, see sessionWorker.js. */
interface Reply {
  readonly id?: number;
  readonly error?: string;
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  readonly results?: Readonly<Record<string, { dtype: string; shape: number[]; data: TensorData }>>;
  readonly milliseconds?: number;
}

/**
 * ONNX Runtime in Node, each session on a thread of its own. onnxruntime-node blocks the thread that calls it; here the caller's
 * thread stays free to filter the next windows, show progress and hear Ctrl-C. Runs queue up in the worker.
 */
export const workerEngine: Engine = {
  name: "onnxruntime-node (own thread)",
  createSession: (graph, options) => openOnProvider(graph, options, openInWorker),
  createDeviceSession: nodeEngine.createDeviceSession!, // on the caller's thread: tensors of a device cannot be sent to another
};

async function openInWorker(graph: Graph, settings: OrtSettings): Promise<Session> {
  let milliseconds = 0;
  const session = await ortSession(
    workerOrt((ms) => (milliseconds += ms)),
    graph,
    { ...settings, queue: (task) => task() }, // the worker keeps the order
  );
  return { ...session, seconds: () => milliseconds / 1000 };
}

/** The face of onnxruntime-node with the session behind it in a worker. */
function workerOrt(onRun: (milliseconds: number) => void): OrtModule {
  const create = async (model: Uint8Array, options: object) => {
    const worker = new Worker(new URL("./sessionWorker.js", import.meta.url), { workerData: { model, options } });
    const replies = listen(worker);
    const { inputNames = [], outputNames = [] } = await replies.next(0);
    worker.unref(); // an idle session does not keep the process alive
    let id = 0;
    return {
      inputNames,
      outputNames,
      async run(tensors: Readonly<Record<string, Tensor>>) {
        const feeds = Object.fromEntries(
          Object.entries(tensors).map(([name, { type, dims, data }]) => [name, { dtype: type, shape: dims, data }]),
        );
        const reply = replies.next(++id);
        worker.ref();
        worker.postMessage({ id, feeds });
        const { results = {}, milliseconds = 0 } = await reply.finally(() => replies.pending() === 0 && worker.unref());
        onRun(milliseconds);
        return Object.fromEntries(
          Object.entries(results).map(([name, { dtype, shape, data }]) => [name, { type: dtype, dims: shape, data }]),
        );
      },
      async release() {
        const ended = new Promise((resolve) => worker.once("exit", resolve));
        worker.ref();
        worker.postMessage({ close: true });
        await ended;
      },
    };
  };
  return { InferenceSession: { create }, Tensor } as unknown as OrtModule;
}

/** Pairs replies with the calls that wait for them; a worker that dies fails them all. */
function listen(worker: Worker) {
  const waiting = new Map<number, { resolve(reply: Reply): void; reject(error: Error): void }>();
  const fail = (error: Error) => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  worker.on("message", (reply: Reply) => {
    const call = waiting.get(reply.id ?? 0);
    waiting.delete(reply.id ?? 0);
    if (reply.error === undefined) call?.resolve(reply);
    else call?.reject(new Error(reply.error));
  });
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`the session's thread ended with code ${code}`)));
  return {
    next: (id: number) => new Promise<Reply>((resolve, reject) => void waiting.set(id, { resolve, reject })),
    pending: () => waiting.size,
  };
}
