import { mkdir, readdir, readFile, realpath, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { FormatError, UsageError } from "../errors.ts";
import { createAtomicFile } from "../formats/target/node.ts";
import type { PanLuna } from "../runtime/panluna.ts";
import { readLaunch } from "../train/distributed/launch.ts";
import type { Effects, ModelOptions, Terminal } from "./effects.ts";
import { createProgress, silentProgress } from "./progress.ts";
import { harmless, painter } from "./text.ts";

/** The parts of a process that the effects need. */
export interface Host {
  readonly stdout: Pick<NodeJS.WriteStream, "isTTY" | "columns">;
  readonly stderr: Pick<NodeJS.WriteStream, "isTTY" | "columns">;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** This package, see `findPackage`. */
  readonly home: { readonly folder: string; readonly version: string };
  err(text: string): void;
  allowToFinish(): void;
}

/** The real effects. What is heavy (file formats, the engine) is loaded when it is first used. */
export function nodeEffects({ stdout, stderr, env, signal, home, err, allowToFinish }: Host): Effects {
  const terminal = terminalOf(stdout, env);
  const paint = painter(wantsColor(stderr.isTTY === true, env));
  const note = (line: string) => err(`${paint.warn("panluna:")} ${harmless(line)}\n`);
  const rank = readLaunch(env)?.rank ?? 0;
  return {
    async open(path, options) {
      const { open } = await import("../formats/node.ts");
      return open(path, options);
    },
    loadModel,
    openStore: async (folder) => (await import("../store/node.ts")).openStore(folder),
    createSession: async (graph, options) =>
      (await import("../runtime/worker/node.ts")).workerEngine.createSession(graph, options),
    readFile: readBytes,
    async statPath(path) {
      const found = await stat(path).catch(() => undefined);
      return found && { isFolder: found.isDirectory(), realPath: await realpath(path) };
    },
    findFiles,
    makeFolder: async (path) => void (await mkdir(path, { recursive: true })),
    createFile: createAtomicFile,
    examineMachine: async () => (await import("./machine.ts")).examineMachine(env),
    prepareDataset: async (job, options) =>
      (await import("./prepare/prepareDataset.ts")).prepareDataset(job, options, signal),
    openCommunicator: async () => (await import("../train/distributed/node.ts")).openCommunicator({ env, note }),
    async train(job, options) {
      const { trainInFolder } = await import("../train/trainer/node.ts");
      return trainInFolder(job, { ...options, signal, note, versions: { panluna: home.version } });
    },
    allowToFinish,
    probeProvider: async (provider) => (await import("./machine.ts")).probeProvider(provider),
    note,
    progress(unit) {
      if (rank > 0) return silentProgress;
      return createProgress({
        unit,
        isTTY: stderr.isTTY === true && env["TERM"] !== "dumb",
        columns: stderr.columns ?? 80,
        now: () => performance.now(),
        write: err,
      });
    },
    now: () => performance.now(),
    rank,
    version: home.version,
    packageFolder: home.folder,
    env,
    terminal,
    signal,
  };
}

async function loadModel({ checkpoint, task, untrained = false, head, ...options }: ModelOptions): Promise<PanLuna> {
  const { PanLuna: Model } = await import("../node.ts");
  const file = typeof head === "string" ? head : undefined;
  checkAtMostOne({ "--checkpoint": checkpoint, "--task": task, "--untrained": untrained || undefined });
  checkAtMostOne({ "--head": file, "--task": task, "--untrained": untrained || undefined });
  if (untrained) return Model.untrained({ ...options, head: typeof head === "string" ? undefined : head });
  return Model.load(checkpoint ?? task, { ...options, head });
}

/** @throws UsageError for two flags that both say which weights to take */
function checkAtMostOne(flags: Readonly<Record<string, unknown>>): void {
  const [first, second] = Object.keys(flags).filter((name) => flags[name] !== undefined);
  if (second === undefined) return;
  throw new UsageError({ where: second, what: `cannot be had together with ${first}`, todo: "Give one of them" });
}

function terminalOf(stdout: Host["stdout"], env: Host["env"]): Terminal {
  const isTTY = stdout.isTTY === true;
  const columns = stdout.columns || Number(env["COLUMNS"]);
  return { isTTY, columns: columns >= 20 ? columns : 80, color: wantsColor(isTTY, env) };
}

/** @see https://no-color.org and https://force-color.org */
export function wantsColor(isTTY: boolean, env: Host["env"]): boolean {
  if ((env["NO_COLOR"] ?? "") !== "") return false;
  if ((env["FORCE_COLOR"] ?? "") !== "") return env["FORCE_COLOR"] !== "0";
  return isTTY && env["TERM"] !== "dumb";
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    const got = code === "ENOENT" ? "no such file" : code === "EISDIR" ? "a folder" : String(code);
    throw new FormatError({ where: basename(path), what: "cannot be opened", got, todo: "Check the path", cause });
  }
}

/** Deepest folder that is searched: deeper ones are loops of links, or a mistake. */
const MOST_DEEP = 16;

async function findFiles(folder: string, name: string, depth = 0): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw new FormatError({ where: basename(folder), what: "is not a folder that can be read", cause });
  });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => entry) : entry;
    if (kind.isFile() && entry.name === name) found.push(path);
    if (kind.isDirectory() && depth < MOST_DEEP) found.push(...(await findFiles(path, name, depth + 1)));
  }
  return found;
}
