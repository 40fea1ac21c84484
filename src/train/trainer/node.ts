import { readFile } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { basename } from "node:path";
import { FormatError } from "../../errors.ts";
import { modelFromCheckpoint, readStateDict } from "../../model/index.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { CHANNEL_NAMES } from "../../signal/index.ts";
import { openStore, type WindowStore } from "../../store/node.ts";
import { attachHead, encoderDigest, readHead, readTaskModel, writeHead } from "../../task/index.ts";
import {
  type FinetuneConfig,
  finetuneConfig,
  markedPaths,
  type PretrainConfig,
  pretrainConfig,
} from "../config/index.ts";
import { alone, type Communicator } from "../distributed/communicator.ts";
import { localRanks } from "../distributed/launch.ts";
import { finetuneMonitor, finetuneProgram } from "../finetune/finetuneProgram.ts";
import type { TaskScores } from "../finetune/finetuneValidation.ts";
import type { StartWeights } from "../finetune/startModel.ts";
import { taskOf } from "../finetune/taskOf.ts";
import { openWorkerLoader } from "../loader/node.ts";
import { PRETRAIN_MONITOR, type PretrainInputs, pretrainProgram } from "../pretrain/pretrainProgram.ts";
import { dataFingerprint } from "../run/fingerprint.ts";
import {
  type Checkpoint,
  digestOf,
  type JsonObject,
  type Monitor,
  machineVersions,
  openRun,
  type Run,
} from "../run/node.ts";
import type { TrainingPlatform } from "./platform.ts";
import type { TrainingProgram } from "./program.ts";
import { shareCheckpoint } from "./shareCheckpoint.ts";
import { type LoopOptions, type LoopResult, trainingLoop } from "./trainingLoop.ts";

/** A training in a folder, which is new, empty, or holds the same training as far as it came. */
export type TrainingJob = {
  readonly folder: string;
  /** Remove what the folder holds of a run, and start anew. */
  readonly fresh?: boolean;
} & (
  | { readonly kind: "pretrain"; readonly config: PretrainConfig }
  | { readonly kind: "finetune"; readonly config: FinetuneConfig; readonly scores: TaskScores }
);

export interface TrainingOptions extends Pick<LoopOptions, "ranks" | "signal" | "onStep" | "onValidation"> {
  /** Versions of packages, noted in the run. */
  readonly versions: Readonly<Record<string, string>>;
  /** Takes lines for the person. */
  readonly note: (line: string) => void;
  /** Told once, before the first step. */
  readonly onStart?: (start: TrainingStart) => void;
}

/** What is about to be trained. */
export interface TrainingStart {
  /** Steps done before. */
  readonly step: number;
  readonly totalSteps: number;
  /** What says which weights are best. */
  readonly metric: string;
}

/** What came of a training. */
export interface TrainingOutcome extends LoopResult {
  readonly totalSteps: number;
  readonly monitor: Monitor;
}

/**
 * Train in a folder (see `openRun`), or go on with what was begun there.
 * @throws UsageError where the folder holds another training, FormatError for stores and checkpoints that are damaged
 */
export async function trainInFolder(job: TrainingJob, options: TrainingOptions): Promise<TrainingOutcome> {
  const { ranks = alone, versions } = options;
  const folders = storesOf(job);
  const stores = await openAll(folders);
  let run: Run | undefined;
  let program: TrainingProgram | undefined;
  try {
    const monitor = job.kind === "pretrain" ? PRETRAIN_MONITOR : monitorOf(job, stores);
    const splitText = await splitTextOf(job);
    const platform = platformOf(job, { stores, folders, ranks });
    const open = (resumed?: Checkpoint) => programOf(job, { stores, splitText, resumed }, platform);
    if (job.fresh) program = await open(); // before anything is removed: what cannot start leaves the folder as it is
    if (ranks.rank === 0) run = await openRunOf(job, { stores, splitText, monitor, versions });
    for (const warning of run?.warnings ?? []) options.note(warning);
    const resumed = await shareCheckpoint(ranks, run?.resumed);
    program ??= await open(resumed);
    const outcome = await runProgram(program, job, { ...options, run, resumed });
    if (run !== undefined && program.task !== undefined && outcome.end !== "interrupted") await saveHead(run, versions);
    return outcome;
  } finally {
    await closeAll(program ? [program.loader, program.engine] : []).finally(() =>
      closeAll([...(run ? [run] : []), ...stores]),
    );
  }
}

/** The best head in a file of its own; with adapters it stands on the encoder that they were added to. */
async function saveHead(run: Run, versions: Readonly<Record<string, string>>): Promise<void> {
  const bytes = await run.readBest();
  if (bytes === undefined) return;
  const { model, task, adapters } = readTaskModel(bytes, "best.safetensors");
  const encoder = { sizes: model.sizes, digest: adapters?.encoder ?? (await encoderDigest(model.weights)) };
  await run.saveHead(writeHead(model.weights, task, { encoder, adapters, panluna: versions["panluna"] ?? "" }));
}

async function runProgram(
  program: TrainingProgram,
  { config }: TrainingJob,
  options: TrainingOptions & Pick<LoopOptions, "run" | "resumed">,
): Promise<TrainingOutcome> {
  const { totalSteps, monitor } = program;
  options.onStart?.({ step: options.resumed?.step ?? 0, totalSteps, metric: monitor.metric });
  const result = await trainingLoop(program, { ...options, checkpointEvery: config.checkpoints.every });
  return { ...result, totalSteps, monitor };
}

/** Close everything, whatever goes wrong with one of them. */
async function closeAll(parts: readonly { close(): Promise<void> }[]): Promise<void> {
  const closed = await Promise.allSettled(parts.map((part) => part.close()));
  for (const result of closed) if (result.status === "rejected") throw result.reason;
}

const storesOf = (job: TrainingJob): string[] =>
  job.kind === "pretrain" ? job.config.corpora.map(({ store }) => store) : [...job.config.stores];

/** All or none. */
async function openAll(folders: readonly string[]): Promise<WindowStore[]> {
  const opened = await Promise.allSettled(folders.map((folder) => openStore(folder)));
  const stores = opened.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  const failed = opened.find((result) => result.status === "rejected");
  if (failed === undefined) return stores;
  await closeAll(stores);
  throw failed.reason;
}

function monitorOf(
  { config, scores }: Extract<TrainingJob, { kind: "finetune" }>,
  stores: readonly WindowStore[],
): Monitor {
  return finetuneMonitor(config, taskOf(stores, config.task), scores);
}

async function openRunOf(
  { kind, folder, fresh = false, config }: TrainingJob,
  about: {
    readonly stores: readonly WindowStore[];
    readonly splitText: string | undefined;
    readonly monitor: Monitor;
    readonly versions: Record<string, string>;
  },
): Promise<Run> {
  const { stores, splitText, monitor, versions } = about;
  const fingerprint = await dataFingerprint(stores);
  const identity = {
    config: JSON.parse(JSON.stringify(config)) as JsonObject,
    seed: config.seed,
    fingerprint,
    ...(splitText !== undefined && { split: digestOf({ split: splitText }) }),
    versions: machineVersions(versions),
    monitor,
  };
  const existing = fresh ? "replace" : "resume";
  const { schema } = kind === "pretrain" ? pretrainConfig : finetuneConfig;
  const mayChange = markedPaths(schema, config, ["path", "machine"]); // what paths lead to is compared
  return openRun(folder, identity, { existing, keep: config.checkpoints.keep, mayChange });
}

function platformOf(
  { config: { provider, threads, loader } }: TrainingJob,
  about: { readonly stores: readonly WindowStore[]; readonly folders: readonly string[]; readonly ranks: Communicator },
): TrainingPlatform {
  const { stores, folders, ranks } = about;
  const folderOf = new Map(stores.map((store, i) => [store, folders[i]]));
  return {
    engine: nodeEngine,
    session: {
      provider,
      threads: threads ?? threadsOf(ranks),
    },
    ranks,
    startLoader: (used, plan, options) =>
      openWorkerLoader(
        used.map((store) => ({ store, folder: folderOf.get(store)! })),
        plan,
        { ...options, workers: loader.workers },
      ),
  };
}

/** Threads of a rank: the cores that it is bound to, or its share of those of the machine. */
function threadsOf({ size }: Communicator): number {
  const usable = availableParallelism();
  const bound = usable < cpus().length;
  return bound ? usable : Math.max(1, Math.floor(usable / localRanks(process.env, size)));
}

async function programOf(
  job: TrainingJob,
  common: Pick<PretrainInputs, "stores" | "splitText" | "resumed">,
  platform: TrainingPlatform,
): Promise<TrainingProgram> {
  const { init } = job.config;
  const start =
    init === undefined || common.resumed !== undefined
      ? undefined
      : { tensors: readStateDict(await readBytes(init), basename(init)), name: basename(init) };
  if (job.kind === "finetune") {
    const headed = start && (await withHead(start, job.config.head.init));
    return finetuneProgram({ ...common, config: job.config, init: headed, scores: job.scores }, platform);
  }
  const head = { kind: "reconstruct", numChannelNames: CHANNEL_NAMES.length } as const;
  const model = start && modelFromCheckpoint(start.tensors, { name: start.name, head, seed: job.config.seed });
  return pretrainProgram({ ...common, config: job.config, init: model }, platform);
}

/** An encoder with the head of a file. */
async function withHead(encoder: StartWeights, path: string | undefined): Promise<StartWeights> {
  if (path === undefined) return encoder;
  const model = modelFromCheckpoint(encoder.tensors, { name: encoder.name });
  const head = readHead(await readBytes(path), basename(path));
  const { weights } = attachHead(model, head, { digest: await encoderDigest(model.weights) });
  return { tensors: weights, name: basename(path) };
}

async function splitTextOf({ config: { split } }: TrainingJob): Promise<string | undefined> {
  return typeof split === "object" && "file" in split ? (await readBytes(split.file)).toString("utf8") : undefined;
}

async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const got = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : String(cause);
    throw new FormatError({ where: basename(path), what: "cannot be opened", got, todo: "Check the path", cause });
  }
}
