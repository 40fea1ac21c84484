import { createHash } from "node:crypto";
import { SMALL } from "../../../../test/smallModel.ts";
import { randomStream } from "../../../model/index.ts";
import { nodeEngine } from "../../../runtime/node.ts";
import type { Engine, Session } from "../../../runtime/session.ts";
import type { TaskSpec, WindowStore } from "../../../store/index.ts";
import {
  type FinetuneConfig,
  finetuneConfig,
  type PretrainConfig,
  parseConfig,
  pretrainConfig,
} from "../../config/index.ts";
import { finetuneProgram } from "../../finetune/finetuneProgram.ts";
import type { TaskScores } from "../../finetune/finetuneValidation.ts";
import type { StartWeights } from "../../finetune/startModel.ts";
import { type FakeStoreOptions, fakeStore } from "../../loader/fakeStore.ts";
import { openLoader } from "../../loader/index.ts";
import { pretrainProgram } from "../../pretrain/pretrainProgram.ts";
import { type Checkpoint, readCheckpoint, writeCheckpoint } from "../../run/checkpoint.ts";
import type { Run } from "../../run/run.ts";
import type { TrainingPlatform } from "../platform.ts";
import type { TrainingProgram } from "../program.ts";
import { type LoopOptions, type LoopResult, trainingLoop } from "../trainingLoop.ts";

/** One thread of this process, which reads as well. */
export const CPU: TrainingPlatform = {
  engine: nodeEngine,
  session: { provider: "cpu", threads: 1 },
  startLoader: openLoader,
};

/**
 * `CPU` with sessions that stay open when a program is closed and are taken again by the next one: making them takes most of the time of a test.
 * For programs whose graphs are the same, constants included.
 */
export function keepingSessions(): TrainingPlatform & { closeAll(): Promise<void> } {
  const kept = new Map<string, Promise<Session>>();
  const engine: Engine = {
    name: "kept",
    async createSession(graph, options) {
      const key = graph.outputs.map(({ name }) => name).join();
      const session = kept.get(key) ?? CPU.engine.createSession(graph, options);
      kept.set(key, session);
      return { ...(await session), close: async () => {} };
    },
  };
  const closeAll = async () => {
    for (const session of kept.values()) await (await session).close();
  };
  return { ...CPU, engine, closeAll };
}

export const TINY = { ...SMALL, depth: 1 };

/** A task of every kind. */
export const TASKS = {
  half: { kind: "binary", title: "first half or second", classes: ["first", "second"] },
  third: { kind: "multiclass", title: "thirds, the first one rare", classes: ["a", "b", "c"] },
  marks: { kind: "multilabel", title: "marks", classes: ["x", "y"] },
  rate: { kind: "regression", title: "a number", classes: [], unit: "bpm" },
} as const satisfies Record<string, TaskSpec>;

export type TaskName = keyof typeof TASKS;

const LABELS: Readonly<Record<TaskName, (row: number, count: number) => number[]>> = {
  half: (row, count) => [Number(row >= count / 2)],
  third: (row) => [row % 8 === 0 ? 0 : 1 + (row % 2)],
  marks: (row) => [Number(row % 3 === 0), Number(row % 5 === 0)],
  rate: (row) => [60 + 7 * Math.sin(row)],
};

/** Windows of noisy waves with a label of every task; subject s has the windows 4s … 4s + 3. */
export function labelledStore(options: Partial<FakeStoreOptions> = {}): WindowStore {
  const layouts = [["FP1", "CZ", "II"]];
  const noise = randomStream(5, "windows").normal(0, 4096);
  const sample = (row: number, c: number, t: number) =>
    Math.sin((t + 1) * (0.1 + 0.07 * c) + row) + 0.5 * noise[(row * 577 + c * 131 + t) % 4096];
  const store = fakeStore({ layouts, layout: Array(16).fill(0), sample, ...options });
  const { count } = store.windows;
  const labels = new Map(
    Object.entries(LABELS).map(([name, of]) => [
      name,
      Float32Array.from(Array.from({ length: count }, (_, row) => of(row, count)).flat()),
    ]),
  );
  return { ...store, tasks: TASKS, windows: { ...store.windows, labels } };
}

/** Four steps with dropout, masks and location noise; validation every 2 steps. */
export function pretrainConfigOf(changes: object = {}): PretrainConfig {
  const settings = {
    ...{ seed: 1, sizes: TINY, corpora: [{ store: "fake" }], split: { val: 0.25, seed: 1 } },
    ...{ batch: { windows: 6, micro: 2 }, steps: 4, optimizer: { lr: 1e-3 }, validation: { every: 2 } },
    ...changes,
  };
  return parseConfig(JSON.stringify(settings), pretrainConfig, { name: "test.yaml" });
}

/** Two epochs of two steps, each with a validation. */
export function finetuneConfigOf(changes: object = {}): FinetuneConfig {
  const settings = {
    ...{ seed: 1, stores: ["fake"], task: "half", split: { val: 0.25, test: 0, seed: 1 } },
    ...{ batch: { windows: 6, micro: 2 }, epochs: 2, optimizer: { lr: 1e-3 } },
    ...("init" in changes ? {} : { sizes: TINY }),
    ...changes,
  };
  return parseConfig(JSON.stringify(settings), finetuneConfig, { name: "test.yaml" });
}

/** One metric, the largest output: larger is better. */
export const SCORES: TaskScores = {
  isBetterLarger: () => true,
  measure: ({ output }) => ({ largest: Math.max(...output) }),
};

/** Opens the same program anew, at a checkpoint. */
export type OpenProgram = (resumed?: Checkpoint, platform?: TrainingPlatform) => Promise<TrainingProgram>;

export const pretraining =
  (changes: object = {}, stores: readonly WindowStore[] = [labelledStore()]): OpenProgram =>
  (resumed, platform = CPU) =>
    pretrainProgram({ config: pretrainConfigOf(changes), stores, resumed }, platform);

export const finetuning =
  (
    changes: object = {},
    { init, stores = [labelledStore()] }: { init?: StartWeights; stores?: readonly WindowStore[] } = {},
  ): OpenProgram =>
  (resumed, platform = CPU) =>
    finetuneProgram({ config: finetuneConfigOf(changes), stores, resumed, init, scores: SCORES }, platform);

/** A run in memory: what a run folder holds, byte for byte. */
export interface MemoryRun extends Pick<Run, "log" | "save" | "saveBest"> {
  /** The last checkpoint, and best.safetensors. */
  last?: Uint8Array;
  best?: Uint8Array;
  /** Steps of `save` in their order. */
  readonly steps: number[];
  readonly lines: string[];
}

const ORIGIN = { panluna: "0", seed: 1, config: "c", fingerprint: "f" };

export function memoryRun(): MemoryRun {
  const run: MemoryRun = {
    steps: [],
    lines: [],
    async log({ step, split, values: { windowsPerSecond: _, ...values } }) {
      run.lines.push(JSON.stringify({ step, split, values }));
    },
    async save(state) {
      run.steps.push(state.step);
      run.last = writeCheckpoint(state, ORIGIN);
    },
    async saveBest(state) {
      run.best = writeCheckpoint({ ...state, m: new Map(), v: new Map() }, ORIGIN);
    },
  };
  return run;
}

/** Train, and close what was opened. Goes on from the last checkpoint of `run`, if it has one. */
export async function trainOn(
  open: OpenProgram,
  run: MemoryRun,
  options: Partial<LoopOptions> & { readonly platform?: TrainingPlatform } = {},
): Promise<LoopResult> {
  const resumed = run.last ? readCheckpoint(run.last, "last") : (options.resumed as Checkpoint | undefined);
  const program = await open(resumed, options.platform);
  try {
    return await trainingLoop(program, { run, checkpointEvery: 2, ...options, resumed });
  } finally {
    await program.loader.close();
    await program.engine.close();
  }
}

/** All that a run has kept, bytes as their digest. */
export const keptBy = ({ last, best, lines }: MemoryRun) => ({ last: digest(last), best: digest(best), lines });

const digest = (bytes: Uint8Array | undefined) => bytes && createHash("sha256").update(bytes).digest("hex");
