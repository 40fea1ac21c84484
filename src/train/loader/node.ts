import { Worker } from "node:worker_threads";
import { SessionError } from "../../errors.ts";
import type { WindowStore } from "../../store/index.ts";
import type { Plan } from "../sampling/index.ts";
import type { JobReader, Processing, ReadJob } from "./job.ts";
import type { Loader } from "./loader.ts";
import { openLoader } from "./openLoader.ts";
import type { LoaderOptions } from "./options.ts";
import { type JobMessage, type Reply, unpackError } from "./worker/messages.ts";
import type { StoreAddress } from "./worker/openSame.ts";

/** A store that is open here, and the folder from which threads open it for themselves. */
export interface StoreInFolder {
  readonly store: WindowStore;
  readonly folder: string;
}

/** What a thread is started with. */
export interface ThreadData {
  readonly stores: readonly StoreAddress[];
  readonly processing: Processing;
}

/** How many threads read. */
export interface WorkerLoaderOptions extends LoaderOptions {
  /** 1 if not given; 0 reads on this thread, between the steps. */
  readonly workers?: number;
  /** The program of the threads; for tests. */
  readonly program?: URL;
}

/**
 * `openLoader` with the reading, unpacking and normalising on threads of their own. Threads do not keep the process alive while nothing is
 * asked of them, and end with it.
 * @throws as `openLoader`; `next` throws a SessionError when a thread dies
 */
export function openWorkerLoader(stores: readonly StoreInFolder[], plan: Plan, options: WorkerLoaderOptions): Loader {
  const { workers = 1, program = PROGRAM } = options;
  const addresses = stores.map(({ store: { fingerprint }, folder }) => ({ folder, fingerprint }));
  const opened = stores.map(({ store }) => store);
  if (workers === 0) return openLoader(opened, plan, options);
  return openLoader(opened, plan, options, (processing) =>
    threadedReader(program, { stores: addresses, processing }, workers),
  );
}

/** Beside this file: TypeScript as it is written here, JavaScript in the package. */
const IS_SOURCE = import.meta.url.endsWith(".ts");
const PROGRAM = new URL(IS_SOURCE ? "./worker/node.ts" : "./worker/node.js", import.meta.url);

/** Program text for a thread of a source tree: a thread does not inherit the loader of TypeScript from the one that started it. */
const loadTypeScript = (program: URL): string =>
  `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(program.href)})))`;

/** Jobs go to the thread with the fewest. */
function threadedReader(program: URL, data: ThreadData, count: number): JobReader {
  const threads = Array.from({ length: count }, () => startThread(program, data));
  return {
    read(job) {
      const free = threads.reduce((least, thread) => (thread.pending() < least.pending() ? thread : least));
      return free.run(job);
    },
    async close() {
      await Promise.all(threads.map((thread) => thread.end()));
    },
  };
}

interface Thread {
  pending(): number;
  run(job: ReadJob): Promise<Float32Array>;
  end(): Promise<void>;
}

function startThread(program: URL, workerData: ThreadData): Thread {
  const worker = program.href.endsWith(".ts")
    ? new Worker(loadTypeScript(program), { workerData, eval: true })
    : new Worker(program, { workerData });
  const waiting = new Map<number, { resolve(x: Float32Array): void; reject(error: Error): void }>();
  const settle = (id: number) => {
    const call = waiting.get(id);
    waiting.delete(id);
    if (waiting.size === 0) worker.unref();
    return call;
  };
  let dead: SessionError | undefined;
  const fail = (what: string, cause?: unknown) => {
    dead ??= new SessionError({ where: "loader", what, cause });
    for (const id of [...waiting.keys()]) settle(id)?.reject(dead);
  };
  worker.on("message", (reply: Reply) => {
    if ("x" in reply) settle(reply.id)?.resolve(reply.x);
    else settle(reply.id)?.reject(unpackError(reply.error));
  });
  worker.on("error", (error: Error) => fail(`a reading thread failed: ${error.message}`, error));
  worker.on("exit", (code) => fail(`a reading thread ended with code ${code}`));
  worker.unref();
  let last = 0;
  return {
    pending: () => waiting.size,
    run: (job) =>
      new Promise((resolve, reject) => {
        if (dead) return reject(dead);
        const message: JobMessage = { id: ++last, job };
        waiting.set(last, { resolve, reject });
        worker.ref();
        worker.postMessage(message);
      }),
    async end() {
      await worker.terminate();
    },
  };
}
