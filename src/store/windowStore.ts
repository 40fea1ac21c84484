import type { TaskSpec } from "../task/taskSpec.ts";
import type { Layout } from "./layout.ts";

/** What is known of every window of a store without reading its samples; row i belongs to window i. */
export interface WindowTable {
  readonly count: number;
  /** Index into `layouts`. */
  readonly layout: Uint16Array;
  /** Index into `subjects`. */
  readonly subject: Uint32Array;
  /** Index into `recordings`. */
  readonly recording: Uint32Array;
  /** Seconds from the start of the recording. */
  readonly onset: Float64Array;
  /** Share of the channels that are usable, 0 to 1. */
  readonly quality: Float32Array;
  /** By task: (count, labelWidth) row-major; NaN where the window has no label of the task. */
  readonly labels: ReadonlyMap<string, Float32Array>;
}

/** Which split a subject belongs to. */
export type SplitName = "train" | "val" | "test";

/** Windows on disk, opened for reading. */
export interface WindowStore {
  /** Name of the corpus. */
  readonly name: string;
  /** Hz; the model's rate. */
  readonly sfreq: number;
  /** Samples per window and channel. */
  readonly nTimes: number;
  readonly layouts: readonly Layout[];
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  readonly subjects: readonly string[];
  /** Names of recordings without folders. */
  readonly recordings: readonly string[];
  readonly windows: WindowTable;
  /** By subject; a subject that its source assigns to no split is absent. */
  readonly officialSplit: ReadonlyMap<string, SplitName>;
  /** Hex digest over what the store holds: equal for equal content. */
  readonly fingerprint: string;
  /**
   * Samples of windows of one layout, filtered and resampled but not z-scored, in the unit of the channel (µV, mV, a.u.).
   * @param rows indices into the table
   * @returns (rows, C, T) float32, row-major
   * @throws FormatError when a shard is missing or damaged, naming it
   */
  read(rows: ArrayLike<number>): Promise<Float32Array>;
  close(): Promise<void>;
}
