import "./allocations.ts"; // before the readers and their libraries
import { parentPort, workerData } from "node:worker_threads";
import { judge, type Verdict } from "./judge.ts";
import { makeMutant, soundRecords } from "./mutants.ts";

/** A stretch of the mutants of one family. */
export interface Stretch {
  readonly family: string;
  readonly first: number;
  readonly end: number;
}

export interface Job {
  readonly stretches: readonly Stretch[];
  readonly seed: number;
  /** Where the worker notes what it is at: index of the stretch, index of the mutant; −1 before the first. */
  readonly progress: Int32Array;
}

/** One judged mutant. */
export type Report = Verdict & { readonly family: string; readonly index: number };

/** After so many mutants a sound record is opened again: what a damaged one leaves behind must not spoil it. */
const SOUND_EVERY = 20;

/** @returns a check of one sound record after the other against what came of it before any mutant */
async function watchSound(family: string): Promise<(turn: number) => Promise<string[]>> {
  const records = soundRecords(family);
  const before: string[] = [];
  for (const record of records) before.push((await judge(record)).outcome);
  return async (turn) => {
    const r = turn % records.length;
    const { outcome } = await judge(records[r]);
    return outcome === before[r] ? [] : [`spoils the sound ${records[r].name}: ${before[r]} became ${outcome}`];
  };
}

const { stretches, seed, progress } = workerData as Job;
for (const [s, { family, first, end }] of stretches.entries()) {
  const sound = await watchSound(family);
  for (let index = first; index < end; index++) {
    Atomics.store(progress, 1, index);
    Atomics.store(progress, 0, s);
    const verdict = await judge(makeMutant(family, index, seed));
    const spoilt = index % SOUND_EVERY === 0 ? await sound(index / SOUND_EVERY) : [];
    const report: Report = { ...verdict, problems: [...verdict.problems, ...spoilt], family, index };
    parentPort!.postMessage(report);
  }
}
