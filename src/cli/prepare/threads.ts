import { Worker } from "node:worker_threads";
import type { Lane, PartOutcome } from "../../datasets/prepare/index.ts";
import { SessionError } from "../../errors.ts";
import type { PrepareJob } from "./job.ts";
import { type Reply, type Request, receiveError, type ThreadData } from "./messages.ts";

/** Time that a thread gets to leave its part when it is told to stop; then it is ended. An unfinished part is never visible. */
const GRACE_MS = 2000;

export interface ThreadLane extends Lane {
  close(): Promise<void>;
}

/** A lane on a thread of its own. @param signal aborted: the part at hand is left, and `prepare` fails */
export function threadLane(job: PrepareJob, signal: AbortSignal): ThreadLane {
  const worker = startThread({ job });
  let gone: string | undefined;
  let waiting: { part: string; resolve(outcome: PartOutcome): void; reject(error: Error): void } | undefined;
  const take = () => {
    const call = waiting;
    waiting = undefined;
    return call;
  };
  worker.on("message", (reply: Reply) => {
    if ("outcome" in reply) take()?.resolve(reply.outcome);
    else take()?.reject(receiveError(reply.error));
  });
  const fail = (why: string, cause?: unknown) => {
    gone ??= why;
    if (waiting !== undefined) waiting.reject(ended(waiting.part, gone, cause));
    take();
  };
  worker.on("error", (error) => fail(error.message, error));
  worker.on("exit", (code) => fail(`code ${code}`));
  const stop = () => {
    post(worker, { stop: true });
    setTimeout(() => void worker.terminate(), GRACE_MS).unref();
  };
  signal.addEventListener("abort", stop, { once: true });
  return {
    prepare: (part) =>
      new Promise((resolve, reject) => {
        if (gone !== undefined) return reject(ended(part, gone));
        waiting = { part, resolve, reject };
        post(worker, { part });
      }),
    async close() {
      signal.removeEventListener("abort", stop);
      await worker.terminate();
    },
  };
}

const post = (worker: Worker, request: Request): void => worker.postMessage(request);

/** Start the program beside this file. Node 20 starts threads from JavaScript: run from the sources, tsx is registered in each anew. */
function startThread(workerData: ThreadData): Worker {
  if (!import.meta.url.endsWith(".ts")) return new Worker(new URL("./lane.js", import.meta.url), { workerData });
  const program = new URL("./lane.ts", import.meta.url).href;
  const code = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(program)})))`;
  return new Worker(code, { eval: true, workerData });
}

const ended = (part: string, got: string, cause?: unknown): SessionError =>
  new SessionError({
    where: `part ${part}`,
    what: "the thread that prepared it ended",
    got,
    todo: "Run the same command again; with fewer --workers if memory ran out",
    cause,
  });
