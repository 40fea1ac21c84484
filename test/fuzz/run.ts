import { Worker } from "node:worker_threads";
import { TIME_LIMIT } from "./judge.ts";
import { planCounts } from "./mutants.ts";
import type { Job, Report, Stretch } from "./worker.ts";

/** How often it is looked whether a mutant still runs, and after how long a worker is given up, ms. */
const LOOK_EVERY = 250;
const GIVE_UP = 5 * TIME_LIMIT;
/** Memory of a worker beside typed arrays, MiB: a reader that fills it is caught. */
const HEAP = 384;
/** Failures listed per family; all are counted. */
const MOST_LISTED = 20;

export interface Failure {
  readonly index: number;
  readonly problems: readonly string[];
}

/** What became of the mutants of one family. */
export interface Tally {
  readonly family: string;
  readonly mutants: number;
  readonly outcomes: Record<string, number>;
  readonly nFailures: number;
  readonly failures: readonly Failure[];
  /** Spent by the readers. */
  readonly seconds: number;
  readonly slowest: { readonly index: number; readonly milliseconds: number };
  /** The most that one mutant allocated in all, and that over the size of its files. */
  readonly mostAllocated: { readonly index: number; readonly bytes: number };
  readonly largestRatio: { readonly index: number; readonly ratio: number };
  /** Bytes read from the source over the size of its files, at most. */
  readonly mostRead: { readonly index: number; readonly ratio: number };
}

export interface RunOptions {
  readonly mutants: number;
  readonly seed: number;
  /** Names of families; all if not given. */
  readonly families?: readonly string[];
  /** Run this mutant of each family alone. */
  readonly only?: number;
}

/** Run the mutants, family after family. A worker that hangs or fills its memory is ended, and the next mutant goes on in another. */
export async function runFuzz({ mutants, seed, families, only }: RunOptions): Promise<Tally[]> {
  const counts = [...planCounts(mutants)].filter(([family]) => families?.includes(family) ?? true);
  const tallies = new Map(
    counts.map(([family, count]) => [family, emptyTally(family, only === undefined ? count : 1)]),
  );
  let left = counts.map(([family, count]): Stretch => ({ family, first: only ?? 0, end: only === undefined ? count : only + 1 })); // biome-ignore format: one line
  while (left.length > 0) {
    const progress = new Int32Array(new SharedArrayBuffer(8)).fill(-1);
    const reason = await runWorker({ stretches: left, seed, progress }, (report) =>
      take(tallies.get(report.family)!, report),
    );
    if (reason === undefined) break;
    const [s, index] = progress;
    fail(tallies.get(left[s].family)!, index, [reason], reason);
    left = [{ ...left[s], first: index + 1 }, ...left.slice(s + 1)].filter(({ first, end }) => first < end);
  }
  return [...tallies.values()];
}

type OpenTally = { -readonly [K in keyof Tally]: Tally[K] } & { failures: Failure[] };

const emptyTally = (family: string, mutants: number): OpenTally => ({
  family,
  mutants,
  outcomes: {},
  nFailures: 0,
  failures: [],
  seconds: 0,
  slowest: { index: -1, milliseconds: 0 },
  mostAllocated: { index: -1, bytes: 0 },
  largestRatio: { index: -1, ratio: 0 },
  mostRead: { index: -1, ratio: 0 },
});

function take(
  tally: OpenTally,
  { index, outcome, problems, milliseconds, allocations, size, bytesRead }: Report,
): void {
  tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
  if (problems.length > 0) fail(tally, index, problems);
  tally.seconds += milliseconds / 1000;
  if (milliseconds > tally.slowest.milliseconds) tally.slowest = { index, milliseconds };
  if (allocations.bytes > tally.mostAllocated.bytes) tally.mostAllocated = { index, bytes: allocations.bytes };
  const [ratio, readRatio] = [allocations.bytes / Math.max(1, size), bytesRead / Math.max(1, size)];
  if (ratio > tally.largestRatio.ratio) tally.largestRatio = { index, ratio };
  if (readRatio > tally.mostRead.ratio) tally.mostRead = { index, ratio: readRatio };
}

function fail(tally: OpenTally, index: number, problems: readonly string[], outcome?: string): void {
  tally.nFailures++;
  if (tally.failures.length < MOST_LISTED) tally.failures.push({ index, problems });
  if (outcome !== undefined) tally.outcomes[outcome] = (tally.outcomes[outcome] ?? 0) + 1;
}

/** @returns why the worker ended before its job was done; undefined when all mutants were judged */
function runWorker(job: Job, onReport: (report: Report) => void): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.mjs", import.meta.url), {
      workerData: job,
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    let last = "";
    let since = performance.now();
    let reason: string | undefined;
    const timer = setInterval(() => {
      const now = job.progress.join();
      if (now !== last || job.progress[0] < 0) [last, since] = [now, performance.now()];
      if (performance.now() - since < GIVE_UP) return;
      reason = "hangs";
      void worker.terminate();
    }, LOOK_EVERY);
    worker.on("message", onReport);
    worker.on("error", (error: NodeJS.ErrnoException) => {
      if (job.progress[0] < 0) reject(error); // it did not start
      reason = `ends the process: ${error.code ?? ""} ${error.message}`.slice(0, 300);
    });
    worker.on("exit", () => {
      clearInterval(timer);
      resolve(reason);
    });
  });
}
