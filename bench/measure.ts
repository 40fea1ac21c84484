/** One turn of a program: milliseconds of each run, and of processor time (all threads) per run. */
export interface Turn {
  readonly ms: readonly number[];
  readonly cpuMs: number;
}

export type Turns = readonly Turn[];

/**
 * Milliseconds over all runs of all turns. `cpu` is processor time per run, median over the turns: on one thread it hardly depends on
 * what else the machine does; on several it counts threads that wait for work.
 */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly p10: number;
  readonly p90: number;
  readonly cpu: number;
  readonly runs: number;
}

/** Threads of an ONNX Runtime session spin for about 25 ms after a run and would take time from the next session's run. */
const PAUSE_MS = 60;
/** A turn lasts at least this long, so that short runs are timed more often. */
const TURN_MS = 150;
const MAX_RUNS_PER_TURN = 20;

/**
 * Time programs side by side: every turn runs each one of `order` in a block of its own (pause, one run that is not counted, runs that
 * are), so that what else the machine does falls on all of them alike. A name may stand in `order` twice.
 */
export async function interleave<Name extends string>(
  programs: Readonly<Record<Name, () => Promise<void>>>,
  order: readonly Name[],
  turns: number,
): Promise<Record<Name, Turns>> {
  const times = Object.fromEntries(order.map((name) => [name, [] as Turn[]])) as Record<Name, Turn[]>;
  for (let turn = 0; turn < turns; turn++) {
    for (const name of order) times[name].push(await block(programs[name]));
  }
  return times;
}

async function block(run: () => Promise<void>): Promise<Turn> {
  await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  const warmUp = await timed(run);
  const runs = Math.min(MAX_RUNS_PER_TURN, Math.max(2, Math.ceil(TURN_MS / warmUp)));
  const ms: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < runs; i++) ms.push(await timed(run));
  const { user, system } = process.cpuUsage(before); // µs
  return { ms, cpuMs: (user + system) / 1e3 / runs };
}

async function timed(run: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

export function summarize(turns: Turns): Summary {
  const sorted = turns.flatMap(({ ms }) => ms).sort((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))], 3);
  const cpu = round(medianOf(turns.map(({ cpuMs }) => cpuMs)), 3);
  return { median: at(0.5), min: at(0), p10: at(0.1), p90: at(0.9), cpu, runs: sorted.length };
}

/** Median over the turns of `median of a's turn / median of b's turn`: drift of the machine cancels. */
export function pairedRatio(a: Turns, b: Turns): number {
  return medianOf(a.map(({ ms }, i) => medianOf(ms) / medianOf(b[i].ms)));
}

export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}

export const round = (value: number, digits: number): number => Number(value.toFixed(digits));
