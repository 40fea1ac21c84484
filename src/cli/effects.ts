import type { OpenOptions } from "../formats/fileFormat.ts";
import type { OutputFile } from "../formats/target/node.ts";
import type { Graph } from "../graph/index.ts";
import type { Head } from "../model/index.ts";
import type { PanLuna, PanLunaOptions } from "../runtime/panluna.ts";
import type { Provider, Session, SessionOptions } from "../runtime/session.ts";
import type { Recording } from "../signal/index.ts";
import type { WindowStore } from "../store/index.ts";
import type { Communicator } from "../train/distributed/communicator.ts";
import type { TrainingJob, TrainingOptions, TrainingOutcome } from "../train/trainer/node.ts";
import type { Machine, Probe } from "./machine.ts";
import type { PrepareJob } from "./prepare/job.ts";
import type { PreparedDataset, PrepareOptions } from "./prepare/prepareDataset.ts";
import type { Progress } from "./progress.ts";

/** Where the text goes. */
export interface Terminal {
  /** Whether standard output is a terminal. */
  readonly isTTY: boolean;
  /** Characters per line. */
  readonly columns: number;
  /** Whether SGR colours may be used. */
  readonly color: boolean;
}

/** Weights to load. */
export interface ModelOptions extends Omit<PanLunaOptions, "head" | "task"> {
  /** Path of a .safetensors file; not given: the weights that come with the package. */
  readonly checkpoint?: string;
  /** Name of a task that comes with the package: its head on the encoder of the package. */
  readonly task?: string;
  /** Path of a head.safetensors to put on the encoder; or the head to build. */
  readonly head?: Head | string;
  /** The published network, untrained. */
  readonly untrained?: boolean;
}

/** Everything a command may do to the world. `nodeEffects` is the real one. */
export interface Effects {
  open(path: string, options: OpenOptions): Promise<Recording>;
  loadModel(options: ModelOptions): Promise<PanLuna>;
  /** A store that `prepare` made, for reading; who opens it closes it. @throws FormatError when it is none, or is damaged */
  openStore(folder: string): Promise<WindowStore>;
  /** Make a graph ready to run, on a thread of its own; who starts it closes it. @throws SessionError */
  createSession(graph: Graph, options: SessionOptions): Promise<Session>;
  /** @throws FormatError when it cannot be read */
  readFile(path: string): Promise<Uint8Array>;
  /** Whether there is something, and whether it is a folder. */
  statPath(path: string): Promise<{ readonly isFolder: boolean; readonly realPath: string } | undefined>;
  /** Paths of all files of that name in a folder and below it, sorted. */
  findFiles(folder: string, name: string): Promise<string[]>;
  /** Make a folder and those above it, where they are missing. */
  makeFolder(path: string): Promise<void>;
  /** A file that appears under its name only when it is complete. @throws UsageError when it cannot be written */
  createFile(path: string): Promise<OutputFile>;
  /** What this machine has of what panluna uses. */
  examineMachine(): Promise<Machine>;
  /** Prepare a dataset into a store. @throws the reason of `signal` when it is aborted */
  prepareDataset(job: PrepareJob, options: PrepareOptions): Promise<PreparedDataset>;
  /** The ranks that mpirun or srun started, or this process alone; see `withRanks`. Once per process. @throws SessionError */
  openCommunicator(): Promise<Communicator>;
  /** Train in a folder, or go on there. @throws the errors of `trainInFolder` */
  train(job: TrainingJob, options: Omit<TrainingOptions, "signal" | "note" | "versions">): Promise<TrainingOutcome>;
  /** After a first Ctrl-C wait for the work to end in good order, however long it takes; a second one ends it at once. */
  allowToFinish(): void;
  /** Run a small network on a provider, in this process. */
  probeProvider(provider: Provider): Promise<Probe>;
  /** A line for the person at once, not part of the result: a warning. Silent with --json. */
  note(line: string): void;
  /** Shows how far long work is. Silent with --json. @param unit in the plural, "windows" */
  progress(unit: string): Progress;
  /** Milliseconds. */
  now(): number;
  /** Of this process among those of its job. Rank 0 alone prints reports and shows progress. */
  readonly rank: number;
  /** Of this package. */
  readonly version: string;
  /** Where its package.json and samples/ lie. */
  readonly packageFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly terminal: Terminal;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
