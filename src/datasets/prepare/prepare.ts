import { FormatError } from "../../errors.ts";
import type { StoreWriter, TaskSpec } from "../../store/index.ts";
import { type PartOutcome, windowsOf } from "./outcome.ts";
import { type PrepareReport, SplitGuard, summarise } from "./report.ts";

/** Prepares one part after another: a thread, or this one. */
export interface Lane {
  prepare(partId: string): Promise<PartOutcome>;
}

/** Which of the processes of a job this is. */
export interface Share {
  readonly rank: number;
  readonly size: number;
  /** What every rank brings, once every rank has come here; as JSON keeps it. */
  gather<T>(own: T): Promise<T[]>;
}

const ALONE: Share = { rank: 0, size: 1, gather: async (own) => [own] };

export interface PrepareRun {
  /** Ids of all parts of the dataset, in the order of its plan. */
  readonly parts: readonly string[];
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  readonly store: Pick<StoreWriter, "committedParts" | "provenance" | "finish">;
  readonly lanes: readonly Lane[];
  readonly share?: Share;
  /** Only so many parts, the first of the plan; all if not given. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Parts done of those that fall to this process; those of an earlier run are done from the start. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface PrepareResult extends PrepareReport {
  /** Parts that an earlier run had prepared. */
  readonly resumed: number;
}

/**
 * Prepare the parts of a dataset that the store does not hold yet. What is in the store at the end does not depend on the number of
 * lanes or ranks, nor on how often the run was stopped.
 * @returns the summary of the whole store, the same on every rank; rank 0 writes it into the store
 * @throws the first error of a lane, when all lanes have come to rest; the reason of `signal` when it is aborted
 */
export async function prepareParts(run: PrepareRun): Promise<PrepareResult> {
  const { rank, size, gather } = run.share ?? ALONE;
  const own = run.parts.slice(0, run.limit).filter((_, i) => i % size === rank);
  const committed = new Set(await run.store.committedParts());
  const pending = own.filter((id) => !committed.has(id));
  const outcomes = await runLanes(pending, own.length, run);
  const empty = outcomes.filter((outcome) => windowsOf(outcome) === 0);
  const ranks = await gather({ empty, resumed: own.length - pending.length });
  const report = await reportOf(
    run,
    ranks.flatMap((one) => one.empty),
  );
  if (rank === 0) await run.store.finish({ ...report });
  return { ...report, resumed: ranks.reduce((sum, { resumed }) => sum + resumed, 0) };
}

/** Every lane takes the next part as soon as it is free. */
async function runLanes(pending: readonly string[], total: number, run: PrepareRun): Promise<PartOutcome[]> {
  const outcomes: PartOutcome[] = [];
  const guard = new SplitGuard();
  let next = 0;
  let failed = false;
  const work = async (lane: Lane): Promise<void> => {
    try {
      while (next < pending.length && !failed) {
        run.signal?.throwIfAborted();
        const outcome = await lane.prepare(pending[next++]);
        for (const recording of outcome.recordings) guard.check(recording);
        outcomes.push(outcome);
        run.onProgress?.(total - pending.length + outcomes.length, total);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  run.onProgress?.(total - pending.length, total);
  const ends = await Promise.allSettled(run.lanes.map(work));
  run.signal?.throwIfAborted();
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return outcomes;
}

/** All parts of the store, whoever prepared them, and those that gave nothing. */
async function reportOf({ store, tasks }: PrepareRun, empty: readonly PartOutcome[]): Promise<PrepareReport> {
  const stored: PartOutcome[] = [];
  for (const id of await store.committedParts()) stored.push(readOutcome(id, await store.provenance(id)));
  return summarise([...stored, ...empty], tasks);
}

/** @throws FormatError where the part was not written by this pipeline */
function readOutcome(id: string, provenance: Readonly<Record<string, unknown>>): PartOutcome {
  if (provenance["part"] === id && Array.isArray(provenance["recordings"])) return provenance as unknown as PartOutcome;
  throw new FormatError({
    where: `part ${id}`,
    what: "does not say what it was made of",
    expected: "the provenance that panluna prepare writes",
    got: Object.keys(provenance).join(", "),
    todo: "Prepare into a new folder",
  });
}
