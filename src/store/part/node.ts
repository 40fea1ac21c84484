import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { FormatError, PanlunaError, UsageError } from "../../errors.ts";
import { asJson } from "../canonical.ts";
import { partFolder } from "../partName.ts";
import type { StoreMeta, StorePart } from "../storeWriter.ts";
import { type FolderSink, writeJson } from "../zarr/arrayWriter.ts";
import type { Hash } from "./layoutWriter.ts";
import { PartContent } from "./partContent.ts";

/** Begin a part in a hidden folder beside the committed ones. */
export async function openPartFolder(store: string, partId: string, meta: StoreMeta): Promise<StorePart> {
  const final = join(store, partFolder(partId));
  if (existsSync(final)) throw taken(store, partId);
  const hidden = join(store, [HIDDEN, host(), process.pid, STARTED, randomBytes(6).toString("hex")].join("."));
  await explained(partId, () => mkdir(hidden));
  const sink = folderSink(hidden);
  const content = new PartContent(partId, sink, meta, sha256Hash);
  const turn = new Turns();
  let state: "open" | "committed" | "aborted" = "open";
  const abort = async () => {
    if (state !== "open") return;
    state = "aborted";
    await content.abandon().catch(() => {});
    await rm(hidden, { recursive: true, force: true });
  };
  const step = (work: () => Promise<void>) =>
    turn.take(async () => {
      if (state !== "open") throw new UsageError({ where: partId, what: `the part is ${state}: nothing more goes in` });
      try {
        await explained(partId, work);
      } catch (error) {
        await abort(); // half a window may lie in the arrays
        throw error;
      }
    });
  return {
    assign: (subject, split) => content.assign(subject, split),
    append: (channels, rows) => step(() => content.append(channels, rows)),
    commit: (provenance) =>
      step(async () => {
        await writeJson(sink, "zarr.json", await content.finish(asJson(provenance) as Record<string, unknown>));
        await syncFolders(hidden);
        await publish(hidden, final, () => taken(store, partId));
        state = "committed";
        await syncFolder(store);
      }),
    abort: () => turn.take(abort),
  };
}

/** Start of the names of folders that are being written: `.part.<host>.<process>.<its start>.<random>`. */
const HIDDEN = ".part";
/** The same in all threads of the process. */
const STARTED = Math.round(performance.timeOrigin);
/** A folder of another machine whose writer has not been heard of for so long is a leftover, ms. */
const GIVEN_UP = 24 * 3600e3;

const host = (): string => hostname().replace(/[^A-Za-z0-9-]/g, "-") || "host";

/** Remove what writers left that were killed; folders of writers that may still be at work stay. */
export async function removeLeftovers(store: string): Promise<void> {
  for (const name of await readdir(store)) {
    if (name.startsWith(`${HIDDEN}.`) && (await isLeftover(join(store, name), name))) {
      await rm(join(store, name), { recursive: true, force: true }).catch(() => {}); // another process may be at it
    }
  }
}

async function isLeftover(path: string, name: string): Promise<boolean> {
  const [owner, pid, started] = name.slice(HIDDEN.length + 1).split(".");
  if (owner !== host()) {
    const age = await stat(path).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    return age > GIVEN_UP;
  }
  return Number(pid) === process.pid ? Number(started) !== STARTED : !isRunning(Number(pid));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0); // signal 0 only asks
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const taken = (store: string, partId: string): UsageError =>
  new UsageError({ where: basename(store), what: `the part ${partId} is already committed` });

async function publish(hidden: string, final: string, lost: () => UsageError): Promise<void> {
  if (existsSync(final)) throw lost();
  try {
    await rename(hidden, final);
  } catch (error) {
    if (existsSync(final)) throw lost();
    throw error;
  }
}

/** Files below a folder, each on the disk once closed. */
function folderSink(folder: string): FolderSink {
  return {
    async create(path) {
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      const handle: FileHandle = await open(target, "wx");
      return {
        write: (bytes) => handle.writeFile(bytes), // from the present position on, all of it
        async close() {
          try {
            await handle.sync();
          } finally {
            await handle.close();
          }
        },
      };
    },
  };
}

/** Bring the entries of a folder and of all below it to the disk. */
async function syncFolders(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await syncFolders(join(folder, entry.name));
  }
  await syncFolder(folder);
}

/** Bring the entries of a folder to the disk, where the system has such a thing. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

function sha256Hash(): Hash {
  const hash = createHash("sha256");
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}

/** Calls one after the other, in the order they were made. */
class Turns {
  #last: Promise<void> = Promise.resolve();
  take(work: () => Promise<void>): Promise<void> {
    const turn = this.#last.then(work);
    this.#last = turn.catch(() => {});
    return turn;
  }
}

/** @throws FormatError in place of an error of the file system */
export async function explained<T>(where: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (cause instanceof PanlunaError || code === undefined) throw cause;
    const todo = code === "ENOSPC" ? "Free some space and run again: committed parts are kept" : undefined;
    throw new FormatError({ where, what: "cannot be written", got: code, todo, cause });
  }
}
