import type { CheckpointOptions, Head } from "../model/index.ts";
import { isTaskName } from "./manifest.ts";
import { type LoadedTaskModel, modelOfFiles, type NamedBytes } from "./modelOfFiles.ts";
import { type ReadShippedFile, readShipped, readShippedManifest } from "./shipped.ts";

/** How a platform reaches weights. */
export interface WeightFiles<Source> {
  readonly shipped: ReadShippedFile;
  /** @throws FormatError when it cannot be read */
  read(source: Source): Promise<NamedBytes>;
  /** Whether there is a file of a name that could be a task's; never if not given. */
  isFile?(name: string): Promise<boolean>;
}

/** How to take weights, and what to put on them. */
export interface WeightOptions<Source> extends Omit<CheckpointOptions, "head"> {
  /** A head.safetensors to put on the encoder, which then answers its task; or the head to build, see `CheckpointOptions`. */
  readonly head?: Head | Source;
}

/**
 * Weights from wherever a person means: nothing is the encoder of the package, a bare name a task of it, all else a checkpoint.
 * @throws the errors of `readShipped` and `modelOfFiles`
 */
export async function loadWeights<Source extends string | object>(
  source: Source | undefined,
  { head, name, seed }: WeightOptions<Source>,
  files: WeightFiles<Source>,
): Promise<LoadedTaskModel> {
  const headFile = head === undefined || isHead(head) ? undefined : await files.read(head);
  const options = { seed, head: isHead(head) ? head : undefined };
  if (source === undefined) return readShipped(undefined, files.shipped, options, headFile);
  if (typeof source === "string" && isTaskName(source) && !(await isFileInstead(source, files))) {
    return readShipped(source, files.shipped, options, headFile);
  }
  const file = await files.read(source);
  return modelOfFiles({ ...file, name: name ?? file.name }, headFile, options);
}

const isHead = (head: unknown): head is Head => typeof head === "object" && head !== null && "kind" in head;

/** A file without a dot in its name, which no task has. */
async function isFileInstead<Source>(name: string, { shipped, isFile }: WeightFiles<Source>): Promise<boolean> {
  if ((await isFile?.(name)) !== true) return false;
  const tasks = await readShippedManifest(shipped).then(
    (manifest) => manifest.tasks,
    () => ({}),
  );
  return !Object.hasOwn(tasks, name);
}
