import { mkdir, readdir, readFile, rename, unlink } from "node:fs/promises";
import { basename, join } from "node:path";
import { FormatError } from "../../../errors.ts";
import { createAtomicFile, PART, syncFolder, withFiles } from "../../../formats/target/node.ts";
import {
  type Checkpoint,
  type CheckpointOrigin,
  readCheckpoint,
  type TrainingState,
  writeCheckpoint,
} from "../checkpoint.ts";

/** The checkpoints of one run: `checkpoints/step-<step>.safetensors` and `best.safetensors`. */
export interface CheckpointFolder {
  /** Atomically write a checkpoint, then remove those beyond the newest `keep`. @throws UsageError when it cannot be written */
  save(state: TrainingState): Promise<void>;
  saveBest(state: TrainingState): Promise<void>;
}

export const CHECKPOINTS = "checkpoints";
export const BEST_NAME = "best.safetensors";

/** What a search for the latest checkpoint found. */
export interface Latest {
  readonly checkpoint: Checkpoint | undefined;
  /** Paths of newer files that are damaged, and why. */
  readonly damaged: readonly { readonly path: string; readonly error: FormatError }[];
}

/**
 * The latest checkpoint of a run that is whole. Reads only; every process of a job may ask.
 * @throws FormatError when there are checkpoints but none is whole, or one cannot be read for a reason outside of it
 */
export async function readLatest(folder: string): Promise<Latest> {
  const damaged: { path: string; error: FormatError }[] = [];
  for (const { path } of (await listCheckpoints(folder)).toReversed()) {
    const bytes = await readBytes(path);
    try {
      return { checkpoint: readCheckpoint(bytes, basename(path)), damaged };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      damaged.push({ path, error });
    }
  }
  if (damaged.length === 0) return { checkpoint: undefined, damaged };
  throw new FormatError({
    where: basename(folder),
    what: "holds no checkpoint that is whole",
    got: damaged.map(({ error }) => error.message).join("; "),
    todo: "Start anew with --fresh",
    cause: damaged[0].error,
  });
}

/** Name of a checkpoint of some step; the digits make names sort by step. */
const nameOf = (step: number): string => `step-${String(step).padStart(9, "0")}.safetensors`;

/** Checkpoints of a run by rising step. */
async function listCheckpoints(folder: string): Promise<{ readonly step: number; readonly path: string }[]> {
  const within = join(folder, CHECKPOINTS);
  const names = await readdir(within).catch(() => []);
  return names
    .flatMap((name) => {
      const match = /^step-(\d{9,15})\.safetensors$/.exec(name);
      return match === null ? [] : [{ step: Number(match[1]), path: join(within, name) }];
    })
    .sort((a, b) => a.step - b.step);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FormatError({
      where: basename(path),
      what: "cannot be read",
      got: String((cause as NodeJS.ErrnoException).code),
      cause,
    });
  }
}

/** Open the checkpoints of a run for writing: what a killed process left half-written is removed. */
export async function openCheckpoints(
  folder: string,
  origin: CheckpointOrigin,
  keep: number,
): Promise<CheckpointFolder> {
  const within = join(folder, CHECKPOINTS);
  await mkdir(within, { recursive: true });
  await syncFolder(folder);
  for (const place of [folder, within]) await removeParts(place);
  return {
    async save(state) {
      await writeAtomically(join(within, nameOf(state.step)), writeCheckpoint(state, origin));
      const kept = (await listCheckpoints(folder)).filter(({ step }) => step <= state.step);
      for (const { path } of kept.slice(0, -keep)) await unlink(path).catch(() => {});
    },
    saveBest: (state) => writeAtomically(join(folder, BEST_NAME), writeCheckpoint(state, origin)),
  };
}

/** Set a damaged file aside under a name that no search finds. */
export const setAside = (path: string): Promise<void> => rename(path, `${path}.damaged`);

/** Bytes of best.safetensors; undefined where there is none. */
export async function readBest(folder: string): Promise<Uint8Array | undefined> {
  const path = join(folder, BEST_NAME);
  const names = await readdir(folder);
  return names.includes(BEST_NAME) ? readBytes(path) : undefined;
}

export const writeAtomically = (path: string, bytes: Uint8Array): Promise<void> =>
  withFiles([createAtomicFile(path)], (file) => file.write(bytes));

async function removeParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(".") && name.endsWith(PART)) await unlink(join(folder, name)).catch(() => {});
  }
}
