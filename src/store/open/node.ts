import { type FileHandle, open, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { FormatError } from "../../errors.ts";
import type { WindowStore } from "../windowStore.ts";
import { openWindows } from "./openWindows.ts";
import type { StoreSource } from "./storeSource.ts";

/**
 * Open a store for reading: a folder, or any other place where its files are.
 * @throws FormatError when it is no store, or a part of it is damaged
 */
export async function openStore(source: string | StoreSource): Promise<WindowStore> {
  if (typeof source !== "string") return openWindows(source);
  const files = folderSource(source);
  try {
    return await openWindows(files);
  } catch (error) {
    await files.close();
    throw error;
  }
}

/** Files kept open at the same time: shards are read piece by piece. */
const OPEN_FILES = 64;

/** A file in use, and how many reads are using it. */
interface Held {
  readonly file: Promise<{ handle: FileHandle; size: number } | undefined>;
  users: number;
}

/** The files of a store in a folder. */
export function folderSource(folder: string): StoreSource {
  const root = resolve(folder);
  const name = basename(root);
  const held = new Map<string, Held>();
  const hold = (path: string): Held => {
    const forget = () => void held.delete(path);
    const file = openFile(join(root, path), `${name}/${path}`);
    file.then((opened) => opened ?? forget(), forget); // a file that is missing may come into being later
    return { file, users: 0 };
  };
  const use = async <T>(path: string, work: (file: Awaited<Held["file"]>) => Promise<T>): Promise<T> => {
    const entry = held.get(path) ?? hold(path);
    held.delete(path);
    held.set(path, entry); // at the end: used last
    entry.users++;
    try {
      return await work(await entry.file);
    } finally {
      entry.users--;
      await closeOldest(held, OPEN_FILES);
    }
  };
  return {
    name,
    size: (path) => use(path, async (file) => file?.size),
    read: (path, offset, length) =>
      use(path, async (file) => readFully(file?.handle, offset, length, `${name}/${path}`)),
    async folders() {
      const entries = await readdir(root, { withFileTypes: true });
      return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
    },
    close: () => closeOldest(held, 0),
  };
}

async function openFile(path: string, where: string): Promise<{ handle: FileHandle; size: number } | undefined> {
  try {
    const handle = await open(path, "r");
    return { handle, size: (await handle.stat()).size };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new FormatError({ where, what: "cannot be opened", got: code, cause });
  }
}

/** Close the files used longest ago until no more than `keep` are open; those in use stay. */
async function closeOldest(held: Map<string, Held>, keep: number): Promise<void> {
  for (const [path, { file, users }] of held) {
    if (held.size <= keep) return;
    if (users > 0) continue;
    held.delete(path);
    await (await file.catch(() => undefined))?.handle.close();
  }
}

async function readFully(
  handle: FileHandle | undefined,
  offset: number,
  length: number,
  where: string,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  try {
    while (handle !== undefined && done < length) {
      const { bytesRead } = await handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
  } catch (cause) {
    throw new FormatError({ where, what: "cannot be read", got: (cause as NodeJS.ErrnoException).code, cause });
  }
  if (handle !== undefined && done === length) return bytes;
  const expected = `${length} bytes from byte ${offset}`;
  throw new FormatError({ where, what: "the file is truncated or gone", expected, got: `${done} bytes` });
}
