import { randomBytes } from "node:crypto";
import { unlinkSync } from "node:fs";
import { type FileHandle, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { UsageError } from "../../errors.ts";

/** A file being written. */
export interface OutputFile {
  readonly path: string;
  write(bytes: Uint8Array): Promise<void>;
  /** It is complete: put it under its name. */
  commit(): Promise<void>;
  /** It will not be completed: remove what was written. Does nothing after `commit`. */
  discard(): Promise<void>;
}

/** Temporary files of this process that have neither been committed nor discarded. */
const unfinished = new Set<string>();

/** Remove what a process that is about to end has left half-written. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    try {
      unlinkSync(path);
    } catch {
      // it is gone already, or its folder is: there is nothing else to do at the end
    }
  }
  unfinished.clear();
}

/**
 * Write a file under a temporary name in the same folder; `commit` renames it, so that its name never shows a part of it.
 * A target that is no plain file (a pipe, `/dev/null`) is written as it comes.
 * @throws UsageError when it cannot be written
 */
export async function createAtomicFile(path: string): Promise<OutputFile> {
  const target = await resolveTarget(path);
  const temporary = target.plain ? join(dirname(target.path), partName(target.path)) : target.path;
  const handle = await explained(path, () => open(temporary, target.plain ? "wx" : "w"));
  if (target.plain) unfinished.add(temporary);
  let ended = false;
  return {
    path,
    write: (bytes) => explained(path, () => writeFully(handle, bytes)),
    async commit() {
      await explained(path, async () => {
        if (target.plain) await handle.sync();
        await handle.close();
        if (target.plain) await rename(temporary, target.path);
      });
      ended = true;
      unfinished.delete(temporary);
      if (target.plain) await syncFolder(dirname(target.path));
    },
    async discard() {
      if (ended) return;
      ended = true;
      await handle.close().catch(() => {});
      if (!target.plain) return;
      await unlink(temporary).catch(() => {});
      unfinished.delete(temporary);
    },
  };
}

/**
 * Make the names in a folder survive a power cut. Where a platform or file system cannot (Windows, some network mounts) the names still
 * are right, only later.
 */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** Ends of names that only files being written have. */
export const PART = ".part";

const partName = (path: string): string => `.${basename(path)}.${randomBytes(4).toString("hex")}${PART}`;

/** Symbolic links are followed, so that the file behind them is replaced and not the link. */
async function resolveTarget(path: string): Promise<{ path: string; plain: boolean }> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return { path, plain: true };
  if (found.isDirectory()) {
    throw new UsageError({ where: basename(path), what: "is a folder", todo: "Name a file to write" });
  }
  return { path: await explained(path, () => realpath(path)), plain: found.isFile() };
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await handle.write(bytes, done)).bytesWritten;
}

const REASONS: Readonly<Record<string, readonly [got: string, todo?: string]>> = {
  ENOENT: ["no such folder", "Make the folder first"],
  ENOTDIR: ["its folder is a file"],
  EACCES: ["no permission to write there"],
  EPERM: ["no permission to write there"],
  EROFS: ["the disk is read-only"],
  ENOSPC: ["the disk is full", "Make room and run again"],
  EDQUOT: ["the disk quota is used up", "Make room and run again"],
};

/** Do something with a file, and say in plain words why it could not be done. @throws UsageError */
export async function explained<T>(path: string, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    const [got, todo] = REASONS[code] ?? [code];
    throw new UsageError({ where: basename(path), what: "cannot be written", got, todo, cause });
  }
}

/** Write whole files together: none appears unless all could be written. */
export async function withFiles<T>(
  files: readonly Promise<OutputFile>[],
  work: (...opened: OutputFile[]) => Promise<T>,
): Promise<T> {
  const settled = await Promise.allSettled(files);
  const opened = settled.flatMap((s) => (s.status === "fulfilled" ? [s.value] : []));
  try {
    for (const s of settled) if (s.status === "rejected") throw s.reason;
    const result = await work(...opened);
    for (const file of opened) await file.commit();
    return result;
  } finally {
    for (const file of opened) await file.discard();
  }
}
