import { availableParallelism } from "node:os";
import {
  type Lane,
  type PrepareResult,
  type PrepareSettings,
  preparePart,
  prepareParts,
  type Share,
} from "../../datasets/prepare/index.ts";
import type { TaskSpec } from "../../store/index.ts";
import { openJob, type PrepareJob } from "./job.ts";
import { threadLane } from "./threads.ts";

export interface PrepareOptions {
  /** Threads; one per core if not given. One works on this thread. */
  readonly workers?: number;
  /** Only the first parts. */
  readonly limit?: number;
  /** Which of the processes of a job this is; the only one if not given. */
  readonly share?: Share;
  readonly onProgress?: (done: number, total: number) => void;
}

/** What was prepared, and as what. */
export interface PreparedDataset {
  readonly report: PrepareResult;
  readonly settings: PrepareSettings;
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  readonly workers: number;
}

/**
 * Prepare a dataset into a store, on as many threads as wanted.
 * @throws the errors of the recipe and of the store; the reason of `signal` when it is aborted: then the parts that were finished are
 * in the store, and the same job goes on from there
 */
export async function prepareDataset(
  job: PrepareJob,
  { workers = availableParallelism(), ...options }: PrepareOptions,
  signal: AbortSignal,
): Promise<PreparedDataset> {
  const { recipe, settings, parts, store } = await openJob(job);
  const { tasks } = recipe;
  const count = Math.max(1, Math.min(workers, parts.size));
  const here: Lane = { prepare: (id) => preparePart(parts.get(id)!, { settings, tasks, store, signal }) };
  const threads = count === 1 ? [] : Array.from({ length: count }, () => threadLane(job, signal));
  try {
    const lanes = threads.length === 0 ? [here] : threads;
    const report = await prepareParts({ parts: [...parts.keys()], tasks, store, lanes, signal, ...options });
    return { report, settings, tasks, workers: count };
  } finally {
    await Promise.all(threads.map((thread) => thread.close()));
  }
}
