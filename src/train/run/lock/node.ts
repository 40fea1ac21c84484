import { randomBytes } from "node:crypto";
import { readFile, rename, stat, unlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, join } from "node:path";
import { UsageError } from "../../../errors.ts";
import { isObject } from "../../../formats/json.ts";
import { explained } from "../../../formats/target/node.ts";

/** A folder in which only this process writes. */
export interface FolderLock {
  release(): Promise<void>;
}

/** Who holds a folder. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** When the process began, in the system's own measure; tells a process from a later one of the same number. */
  readonly began: string | null;
  readonly token: string;
}

export const LOCK_NAME = "run.lock";

/** A living holder touches its lock this often; one on another machine is taken for dead after a much longer silence. Milliseconds. */
const [TOUCH_MS, DEAD_MS] = [20_000, 300_000];

/**
 * Keep other processes from training into a folder. The lock of a process that has died is taken over.
 * @throws UsageError that names the process and machine that hold it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = join(folder, LOCK_NAME);
  const own: Holder = {
    pid: process.pid,
    host: hostname(),
    began: await beginOf(process.pid),
    token: randomBytes(8).toString("hex"),
  };
  for (let attempt = 0; !(await create(path, own)); attempt++) {
    const text = await readFile(path, "utf8").catch(() => undefined);
    if (attempt >= MOST_ATTEMPTS) throw heldBy(folder, text ?? "");
    if (text === undefined) continue; // it was let go of in this moment
    if (!(await isDead(path, text))) throw heldBy(folder, text);
    await removeLock(path, text, folder);
  }
  const timer = setInterval(() => void touch(path), TOUCH_MS);
  timer.unref();
  return {
    async release() {
      clearInterval(timer);
      const text = await readFile(path, "utf8").catch(() => "");
      if (text === textOf(own)) await unlink(path).catch(() => {});
    },
  };
}

const MOST_ATTEMPTS = 5;

const textOf = (holder: Holder): string => `${JSON.stringify(holder)}\n`;

/** @returns whether there was no lock and now is this one */
function create(path: string, holder: Holder): Promise<boolean> {
  return explained(path, async () => {
    try {
      await writeFile(path, textOf(holder), { flag: "wx" });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      await unlink(path).catch(() => {}); // made, but not written: the disk is full
      throw error;
    }
  });
}

async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => {});
}

/** A lock is void when its process is gone, or is on another machine and has been silent for long, or was never written out. */
async function isDead(path: string, text: string): Promise<boolean> {
  const silent = Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
  const holder = holderOf(text);
  if (holder === undefined) return silent > TOUCH_MS;
  if (holder.host !== hostname()) return silent > DEAD_MS;
  if (!isAlive(holder.pid)) return true;
  return holder.began !== null && holder.began !== (await beginOf(holder.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // somebody else's process
  }
}

/** Field 22 of Linux's process status: clock ticks from the system's start to the process's; null elsewhere. */
async function beginOf(pid: number): Promise<string | null> {
  const status = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => undefined);
  return status?.slice(status.lastIndexOf(")") + 2).split(" ")[19] ?? null;
}

function holderOf(text: string): Holder | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const whole = isObject(parsed) && Number.isSafeInteger(parsed["pid"]) && typeof parsed["host"] === "string";
    return whole ? (parsed as unknown as Holder) : undefined;
  } catch {
    return undefined;
  }
}

/** Take a void lock away. When another process has done so in the meantime and holds the folder, its lock is put back. */
async function removeLock(path: string, judged: string, folder: string): Promise<void> {
  const aside = `${path}.${randomBytes(4).toString("hex")}`;
  try {
    await rename(path, aside);
  } catch {
    return; // it is gone: try again
  }
  const text = await readFile(aside, "utf8").catch(() => "");
  if (text === judged) return unlink(aside);
  await rename(aside, path);
  throw heldBy(folder, text);
}

function heldBy(folder: string, text: string): UsageError {
  const holder = holderOf(text);
  const elsewhere = holder !== undefined && holder.host !== hostname();
  return new UsageError({
    where: basename(folder),
    what: "is being trained into by another process",
    got:
      holder === undefined
        ? "a lock that is being written"
        : `process ${holder.pid}${elsewhere ? " on another machine" : ""}`,
    todo: elsewhere
      ? `Name another folder; or, if that machine no longer trains, delete ${LOCK_NAME} in it`
      : "Name another folder, or wait until it ends",
  });
}
