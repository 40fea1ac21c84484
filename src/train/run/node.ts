import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { availableParallelism, cpus } from "node:os";
import { basename, join, resolve } from "node:path";
import { stringify } from "yaml";
import { UsageError } from "../../errors.ts";
import { canonicalJson, type JsonObject } from "../../formats/json.ts";
import { explained, PART } from "../../formats/target/node.ts";
import type { Checkpoint, TrainingState } from "./checkpoint.ts";
import {
  BEST_NAME,
  CHECKPOINTS,
  openCheckpoints,
  readBest,
  readLatest,
  setAside,
  writeAtomically,
} from "./checkpoints/node.ts";
import { checkSameRun, type RunFile, readRunFile, runFileText, withoutPaths } from "./identity.ts";
import { LOCK_NAME, lockFolder } from "./lock/node.ts";
import { EVENTS_PREFIX, METRICS_NAME, openLog } from "./log/node.ts";
import type { OpenRunOptions, Run, RunIdentity } from "./run.ts";

export type { Json, JsonObject } from "../../formats/json.ts";
export type { Checkpoint, CheckpointOrigin, TrainingState } from "./checkpoint.ts";
export { readLatest } from "./checkpoints/node.ts";
export type { MetricEntry } from "./metrics.ts";
export type { Monitor, OpenRunOptions, Run, RunIdentity } from "./run.ts";

export const RUN_NAME = "run.json";
export const CONFIG_NAME = "config.yaml";
/** The head of a fine-tuning without its encoder. */
export const HEAD_NAME = "head.safetensors";

/**
 * Take hold of a folder for training: a new or empty one begins a run, one that holds a run goes on with it.
 *
 * The folder then holds run.json, config.yaml, metrics.jsonl, TensorBoard events, checkpoints/ and best.safetensors. Only one process
 * of a job opens it; the others may use `readLatest`.
 * @throws UsageError when another process trains into it, when it holds something else, or what another config, seed or data led to;
 * FormatError when no checkpoint in it is whole
 */
export async function openRun(folder: string, identity: RunIdentity, options: OpenRunOptions = {}): Promise<Run> {
  const { keep = 2, now = Date.now } = options;
  await explained(folder, () => mkdir(folder, { recursive: true }));
  const lock = await lockFolder(resolve(folder));
  try {
    const before = await settleExisting(folder, identity, options);
    const { checkpoint, damaged } = await readLatest(folder);
    for (const { path } of damaged) await setAside(path);
    const file = await describe(folder, identity, before, options, { step: checkpoint?.step ?? 0, now: now() });
    const { seed, fingerprint } = identity;
    const origin = { panluna: identity.versions["panluna"] ?? "", seed, config: file.configDigest, fingerprint };
    const checkpoints = await openCheckpoints(folder, origin, keep);
    const log = await openLog(folder, checkpoint?.step ?? -1, now);
    return {
      resumed: checkpoint,
      warnings: damaged.map(({ error }) => warningOf(error.message, checkpoint)),
      log: (entry) => log.append(entry),
      async save(state) {
        await log.sync();
        await checkpoints.save(state);
      },
      saveBest: (state) => checkpoints.saveBest(weightsOnly(state)),
      readBest: () => readBest(folder),
      saveHead: (bytes) => writeAtomically(join(folder, HEAD_NAME), bytes),
      async close() {
        await log.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

const weightsOnly = (state: Omit<TrainingState, "m" | "v" | "ema">): TrainingState => ({
  ...state,
  m: new Map(),
  v: new Map(),
  ema: undefined,
});

const warningOf = (message: string, checkpoint: Checkpoint | undefined): string =>
  `${message.replace(/\. Delete it.*$/s, "")}. Went on from step ${checkpoint?.step} instead`;

/** Compare with the run that the folder holds, or remove it. @returns its description; undefined where a new run begins */
async function settleExisting(
  folder: string,
  identity: RunIdentity,
  { existing = "resume", mayChange }: OpenRunOptions,
): Promise<RunFile | undefined> {
  const where = basename(resolve(folder));
  const names = (await readdir(folder)).filter((name) => !name.startsWith(LOCK_NAME) && !name.endsWith(PART));
  if (names.length === 0) return undefined;
  if (!names.includes(RUN_NAME)) {
    throw new UsageError({
      where,
      what: "holds something else than a run",
      got: names.slice(0, 4).join(", "),
      todo: "Name a new or empty folder",
    });
  }
  if (existing === "refuse") {
    throw new UsageError({
      where,
      what: "holds a run already",
      todo: "Name another folder, resume it, or use --fresh",
    });
  }
  if (existing === "replace") return removeRun(folder, names);
  const before = readRunFile(await readFile(join(folder, RUN_NAME), "utf8"), RUN_NAME);
  try {
    checkSameRun(before, identity, { where, mayChange });
    return before;
  } catch (error) {
    if (await hasLearned(folder, names)) throw error;
    return removeRun(folder, names); // a start that failed does not hold the folder
  }
}

/** Whether a run has left anything that it could go on from, or that is of use. */
async function hasLearned(folder: string, names: readonly string[]): Promise<boolean> {
  if (names.includes(BEST_NAME) || names.includes(HEAD_NAME)) return true;
  return names.includes(CHECKPOINTS) && (await readdir(join(folder, CHECKPOINTS))).some((name) => !name.endsWith(PART));
}

/** Remove what runs write and nothing else; the description goes last, so that a half-removed run is still known as one. */
async function removeRun(folder: string, names: readonly string[]): Promise<undefined> {
  const events = names.filter((name) => name.startsWith(EVENTS_PREFIX));
  for (const name of [...events, CHECKPOINTS, METRICS_NAME, BEST_NAME, HEAD_NAME, CONFIG_NAME, RUN_NAME]) {
    await explained(join(folder, name), () => rm(join(folder, name), { recursive: true, force: true }));
  }
}

/** Write run.json with this session added, and the config for people. */
async function describe(
  folder: string,
  { config, seed, fingerprint, split, versions, monitor }: RunIdentity,
  before: RunFile | undefined,
  { mayChange = [] }: OpenRunOptions,
  { step, now }: { readonly step: number; readonly now: number },
): Promise<RunFile> {
  const session = { started: new Date(now).toISOString(), step, versions };
  const file: RunFile = {
    format: "1",
    config,
    configDigest: before?.configDigest ?? digestOf(withoutPaths(config, mayChange)),
    seed,
    fingerprint,
    ...(split !== undefined && { split }),
    monitor,
    sessions: [...(before?.sessions ?? []), session],
  };
  const encoder = new TextEncoder();
  await writeAtomically(join(folder, RUN_NAME), encoder.encode(runFileText(file)));
  await writeAtomically(join(folder, CONFIG_NAME), encoder.encode(stringify(config)));
  return file;
}

/** SHA-256 over canonical JSON, 16 hex digits. */
export const digestOf = (config: JsonObject): string =>
  createHash("sha256").update(canonicalJson(config)).digest("hex").slice(0, 16);

/** What a run's results depend on beside its config. @param packages versions of panluna and onnxruntime */
export const machineVersions = (packages: Readonly<Record<string, string>>): Record<string, string> => ({
  ...packages,
  node: process.versions.node,
  platform: `${process.platform} ${process.arch}`,
  cpu: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "unknown"}`,
});
