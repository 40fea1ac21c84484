import type { JsonObject } from "../../formats/json.ts";
import type { Checkpoint, TrainingState } from "./checkpoint.ts";
import type { MetricEntry } from "./metrics.ts";

/** What makes a run what it is: resumed with another of these, it would be another run. */
export interface RunIdentity {
  /** The whole config as resolved, defaults filled in. */
  readonly config: JsonObject;
  readonly seed: number;
  /** Hex digest over the data, see `dataFingerprint`. */
  readonly fingerprint: string;
  /** Hex digest over the file that divides the people, where the config names one. */
  readonly split?: string;
  /** Of panluna, node, onnxruntime, and the CPU; told, not compared. */
  readonly versions: Readonly<Record<string, string>>;
  /** Which validation value says which checkpoint is best. */
  readonly monitor?: Monitor;
}

export interface Monitor {
  /** "val" */
  readonly split: string;
  /** Key of the values: "loss", "auroc". */
  readonly metric: string;
  readonly goal: "min" | "max";
}

export interface OpenRunOptions {
  /**
   * What to do where the folder holds a run already: go on with it (the same config, seed and data; else an error that says what differs),
   * refuse, or remove it and start anew.
   */
  readonly existing?: "resume" | "refuse" | "replace";
  /** Paths in the config that may change on resume because results do not depend on them: "loader.workers". */
  readonly mayChange?: readonly string[];
  /** Checkpoints to keep beside the best one; 2 if not given. */
  readonly keep?: number;
  /** Milliseconds since 1970; the system's clock if not given. */
  readonly now?: () => number;
}

/** The folder of a training run, held by this process until `close`. */
export interface Run {
  /** The latest checkpoint that is whole; undefined for a run that has none yet. Metrics later than it have been dropped. */
  readonly resumed: Checkpoint | undefined;
  /** What was found damaged and passed over when the run was opened: lines for the person. */
  readonly warnings: readonly string[];
  /**
   * Append one line to metrics.jsonl and the same to the TensorBoard events. What belongs to a step is logged before its `save`.
   * `time` is filled in: seconds of training so far, pauses between sessions not counted.
   */
  log(entry: Omit<MetricEntry, "time">): Promise<void>;
  /**
   * Write a checkpoint atomically, after all that was logged; checkpoints beyond the newest `keep` are removed.
   * @throws UsageError when the disk is full or not writable: the checkpoints before stay as they were
   */
  save(state: TrainingState): Promise<void>;
  /** Replace best.safetensors: weights alone, without the optimiser's state. Of one step it comes before `save`. */
  saveBest(state: Omit<TrainingState, "m" | "v" | "ema">): Promise<void>;
  /** Bytes of best.safetensors, for evaluation at the end; undefined where none was saved. */
  readBest(): Promise<Uint8Array | undefined>;
  /** Write head.safetensors: the head of a task without its encoder, see `writeHead`. */
  saveHead(bytes: Uint8Array): Promise<void>;
  /** Let go of the folder. */
  close(): Promise<void>;
}
