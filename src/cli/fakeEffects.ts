import { FormatError } from "../errors.ts";
import { nodeEngine } from "../runtime/node.ts";
import { PanLuna } from "../runtime/panluna.ts";
import { type Recording, recordingFromArrays } from "../signal/index.ts";
import { alone } from "../train/distributed/communicator.ts";
import type { Effects } from "./effects.ts";
import { runCli } from "./program.ts";
import { silentProgress } from "./progress.ts";

/** A world in memory for tests: recordings and files by path, what was printed, and a clock that stands still. */
export interface FakeWorld {
  readonly recordings: Record<string, Recording>;
  readonly files: Map<string, Uint8Array>;
  readonly folders: Set<string>;
  readonly effects: Effects;
  readonly controller: AbortController;
  /** Standard output and standard error so far. */
  out: string;
  err: string;
  /** @returns the exit code */
  run(...argv: string[]): Promise<number>;
}

const SMALL = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2, mlpRatio: 2 } as const;

export function fakeWorld(recordings: Record<string, Recording> = {}): FakeWorld {
  const files = new Map<string, Uint8Array>();
  const folders = new Set<string>();
  const controller = new AbortController();
  const effects: Effects = {
    async open(path) {
      if (recordings[path] !== undefined) return recordings[path];
      throw new FormatError({ where: path, what: "cannot be opened", got: "no such file" });
    },
    async loadModel({ head, seed, provider }) {
      const build = typeof head === "string" ? undefined : head;
      return PanLuna.untrained(nodeEngine, { seed, provider, head: build, sizes: SMALL, threads: 1 });
    },
    openStore: () => Promise.reject(new Error("a test that reads stores gives its own")),
    createSession: (graph, options) => nodeEngine.createSession(graph, { threads: 1, ...options }),
    async readFile(path) {
      const found = files.get(path);
      if (found !== undefined) return found;
      throw new FormatError({ where: path, what: "cannot be opened", cause: { code: "ENOENT" } });
    },
    async statPath(path) {
      if (folders.has(path)) return { isFolder: true, realPath: path };
      return files.has(path) || path in recordings ? { isFolder: false, realPath: path } : undefined;
    },
    findFiles: async (folder, name) => [...files.keys()].filter((f) => f.startsWith(folder) && f.endsWith(`/${name}`)),
    makeFolder: async (path) => void folders.add(path),
    async createFile(path) {
      const parts: Uint8Array[] = [];
      return {
        path,
        write: async (bytes) => void parts.push(bytes.slice()),
        commit: async () => void files.set(path, new Uint8Array(Buffer.concat(parts))),
        discard: async () => {},
      };
    },
    train: () => Promise.reject(new Error("a test that trains gives its own")),
    allowToFinish: () => {},
    examineMachine: () => Promise.reject(new Error("a test that needs a machine gives one")),
    prepareDataset: () => Promise.reject(new Error("a test that prepares gives its own")),
    openCommunicator: async () => alone,
    probeProvider: async (provider) => ({ ok: provider === "cpu", detail: provider }),
    note(line) {
      world.err += `${line}\n`;
    },
    progress: () => silentProgress,
    now: () => performance.now(),
    rank: 0,
    version: "1.2.3",
    packageFolder: "package",
    env: {},
    terminal: { isTTY: false, columns: 80, color: false },
    signal: controller.signal,
  };
  const world: FakeWorld = {
    recordings,
    files,
    folders,
    effects,
    controller,
    out: "",
    err: "",
    run: (...argv) =>
      runCli(argv, {
        effects,
        out(text) {
          world.out += text;
        },
        err(text) {
          world.err += text;
        },
      }),
  };
  return world;
}

/** Waves of different frequencies, 100 Hz; an EEG, an ECG and a channel that is neither. */
export function fakeRecording(seconds: number, name = "fake.edf"): Recording {
  const wave = (hertz: number, amplitude: number) =>
    Float64Array.from({ length: 100 * seconds }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / 100));
  return recordingFromArrays(
    [
      { label: "EEG Cz", sfreq: 100, unit: "uV", samples: wave(10, 50) },
      { label: "ECG II", sfreq: 100, unit: "mV", samples: wave(1.2, 1) },
      { label: "Resp", sfreq: 100, unit: "", samples: wave(0.3, 1) },
    ],
    {
      name,
      format: "EDF",
      annotations: Array.from({ length: 7 }, (_, i) => ({ onset: i, duration: 0, text: `event ${i}` })),
      identity: { patient: "Jane Doe" },
      warnings: ["One thing was odd."],
    },
  );
}
