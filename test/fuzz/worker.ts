import "./allocations.ts"; // before the readers and their libraries
import { parentPort, workerData } from "node:worker_threads";
import { judge, type Verdict } from "./judge.ts";
import { makeMutant } from "./mutants.ts";

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

const { stretches, seed, progress } = workerData as Job;
for (const [s, { family, first, end }] of stretches.entries()) {
  for (let index = first; index < end; index++) {
    Atomics.store(progress, 1, index);
    Atomics.store(progress, 0, s);
    const report: Report = { ...(await judge(makeMutant(family, index, seed))), family, index };
    parentPort!.postMessage(report);
  }
}
