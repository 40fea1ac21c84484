import { SessionError } from "../../errors.ts";
import type { LoadedBatch, LoadedMicroBatch, Loader } from "./loader.ts";

/** Where batches come from. */
export interface BatchSource {
  /** Steps there are; may be infinite. */
  readonly steps: number;
  /** Micro-batches to read ahead; those of a step, and at least 8, if not given. */
  readonly prefetch?: number;
  /** What a step consists of; nothing is read before a read is called. */
  start(step: number): { readonly windows: number; readonly reads: readonly (() => Promise<LoadedMicroBatch>)[] };
  close(): Promise<void>;
}

/** A step of which some reads have begun. */
interface Begun {
  readonly step: number;
  readonly windows: number;
  readonly reads: readonly (() => Promise<LoadedMicroBatch>)[];
  readonly running: Promise<LoadedMicroBatch>[];
}

/**
 * Reads the steps that follow while the caller computes: at most `prefetch` micro-batches wait for their turn, so memory is bounded. A step asked
 * for out of turn starts the reading anew from there.
 */
export function readAhead(source: BatchSource): Loader {
  const begun: Begun[] = [];
  let waited = 0;
  let closing: Promise<void> | undefined;
  let end = (_error: Error) => {};
  const ended = new Promise<never>((_, reject) => {
    end = reject;
  });
  ended.catch(ignore);

  const begin = (step: number) => {
    const { windows, reads } = source.start(step);
    begun.push({ step, windows, reads, running: [] });
  };
  const close = () => {
    closing ??= source.close();
    end(new SessionError({ where: "loader", what: "is closed" }));
    return closing;
  };
  const ask = (step: number): Begun => {
    if (begun[0]?.step !== step) {
      begun.length = 0;
      begin(step);
    }
    launch(begun[0], begun[0].reads.length);
    return begun[0];
  };
  /** Start reads of the steps behind the first, as many as may wait. */
  const runAhead = () => {
    let free = source.prefetch ?? Math.max(LEAST_AHEAD, begun[0].reads.length);
    for (let i = 1; free > 0; i++) {
      const step = begun[0].step + i;
      if (step >= source.steps) return;
      if (begun.length <= i) begin(step);
      free -= Math.max(1, launch(begun[i], free)); // a rank may have no part in a step
    }
  };
  const next = async (step: number): Promise<LoadedBatch> => {
    if (closing !== undefined) return ended;
    const start = performance.now();
    try {
      const first = ask(step);
      runAhead();
      const microBatches = await Promise.race([Promise.all(first.running), ended]);
      if (begun[0] === first) begun.shift();
      const waitedSeconds = (performance.now() - start) / 1000;
      waited += waitedSeconds;
      return { step, windows: first.windows, microBatches, waitedSeconds };
    } catch (error) {
      await close();
      throw error;
    }
  };
  return { next, waited: () => waited, close };
}

const LEAST_AHEAD = 8;

/** Have at least `count` reads of a step running, or all of them. @returns how many run */
function launch({ reads, running }: Begun, count: number): number {
  while (running.length < Math.min(count, reads.length)) {
    const read = reads[running.length]();
    read.catch(ignore); // reported when its turn comes
    running.push(read);
  }
  return running.length;
}

const ignore = () => {};
