import { FormatError, UsageError } from "../errors.ts";
import { sha256Hex } from "../formats/sha256.ts";
import type { CheckpointOptions } from "../model/index.ts";
import { MANIFEST_NAME, REINSTALL, readManifest, type ShippedFile, type WeightsManifest } from "./manifest.ts";
import { type LoadedTaskModel, modelOfFiles, type NamedBytes } from "./modelOfFiles.ts";

/** Reads a file of the package's folder `weights/` by its name. */
export type ReadShippedFile = (file: string) => Promise<Uint8Array>;

/**
 * The weights that come with the package.
 * @param task name of a task, "ecg-superclass"; the encoder with its reconstruction head if not given
 * @param head a head.safetensors to put on the encoder instead
 * @throws UsageError for a task that there is none of, with those that there are; FormatError for files that are missing, damaged
 * or made by a newer version; WeightsError for a task that stands on another encoder
 */
export async function readShipped(
  task: string | undefined,
  read: ReadShippedFile,
  options: Omit<CheckpointOptions, "name"> = {},
  head?: NamedBytes,
): Promise<LoadedTaskModel> {
  const manifest = await readShippedManifest(read);
  if (task === undefined) return modelOfFiles(await wholeFile(manifest.encoder, read), head, options);
  const own = taskEntry(manifest, task);
  if (head !== undefined)
    throw new UsageError({ where: head.name, what: "is another head than that of the task", got: task });
  const [encoder, file] = await Promise.all([wholeFile(manifest.encoder, read), wholeFile(own, read)]);
  return modelOfFiles(encoder, file, options);
}

/** @throws FormatError when it is missing or no manifest of this version */
export const readShippedManifest = async (read: ReadShippedFile): Promise<WeightsManifest> =>
  readManifest(await present(MANIFEST_NAME, read));

/** Whether every file is there and whole. @throws FormatError for the first one that is not */
export async function checkShipped(read: ReadShippedFile): Promise<WeightsManifest> {
  const manifest = await readShippedManifest(read);
  for (const file of [manifest.encoder, ...Object.values(manifest.tasks)]) await wholeFile(file, read);
  return manifest;
}

function taskEntry({ tasks }: WeightsManifest, task: string): ShippedFile {
  if (Object.hasOwn(tasks, task)) return tasks[task];
  const names = Object.keys(tasks);
  throw new UsageError({
    where: task,
    what: "is no task that comes with this package",
    expected: names.length === 0 ? "no name: there are none" : `one of ${names.join(", ")}`,
    todo: "Name one of these, or a file",
  });
}

async function wholeFile({ file, bytes: count, sha256 }: ShippedFile, read: ReadShippedFile): Promise<NamedBytes> {
  const bytes = await present(file, read);
  const damaged = (expected: string, got: string) =>
    new FormatError({ where: file, what: "is damaged", expected, got, todo: REINSTALL });
  if (bytes.length !== count) throw damaged(`${count} bytes`, String(bytes.length));
  const found = await sha256Hex(bytes);
  if (found !== sha256) throw damaged(`SHA-256 ${sha256}`, found);
  return { name: file, bytes };
}

async function present(file: string, read: ReadShippedFile): Promise<Uint8Array> {
  try {
    return await read(file);
  } catch (cause) {
    throw new FormatError({
      where: file,
      what: "is missing among the weights that come with the package, or cannot be read",
      got: cause instanceof Error ? ((cause as { code?: string }).code ?? cause.message) : String(cause),
      todo: REINSTALL,
      cause,
    });
  }
}
