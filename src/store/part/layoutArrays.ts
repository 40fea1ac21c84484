import { labelWidth, type TaskSpec } from "../../task/taskSpec.ts";
import { partFolder } from "../partName.ts";
import type { SampleType } from "../storeWriter.ts";
import { type ArraySpec, BYTES_OF } from "../zarr/arrayMetadata.ts";

/** An array but for its number of rows. */
export type ArrayPlan = Omit<ArraySpec, "rows">;

/** The arrays of a layout of a part; one row per window in each. */
export interface LayoutArrays {
  /** (C, T) samples: int16 steps, or float32 in the unit of the channel. */
  readonly x: ArrayPlan;
  /** (C) units per step; int16 only. */
  readonly scale?: ArrayPlan;
  /** Index into the part's subjects, and into its recordings. */
  readonly subject: ArrayPlan;
  readonly recording: ArrayPlan;
  readonly onset: ArrayPlan;
  readonly quality: ArrayPlan;
  /** By task, under the name `labelArray(task)`; NaN where there is no label. */
  readonly labels: Readonly<Record<string, ArrayPlan>>;
}

/** Bytes that a chunk of samples should have: small enough that a window read alone costs little more than itself. */
const CHUNK_BYTES = 2 ** 16;
const MOST_WINDOWS_PER_CHUNK = 16;
/** Bytes of samples in a full shard, before compression. */
const SHARD_BYTES = 2 ** 25;
/** Rows of a chunk of the table; what a writer keeps in memory per column. */
const TABLE_ROWS = 4096;

/** Name of the array with the labels of a task. */
export const labelArray = (task: string): string => `label_${partFolder(task)}`;

export function planArrays(
  nChannels: number,
  nTimes: number,
  samples: SampleType,
  tasks: Readonly<Record<string, TaskSpec>>,
): LayoutArrays {
  const windowBytes = nChannels * nTimes * BYTES_OF[samples];
  const rowsPerChunk = clamp(Math.floor(CHUNK_BYTES / windowBytes), 1, MOST_WINDOWS_PER_CHUNK);
  const chunksPerShard = clamp(Math.floor(SHARD_BYTES / (rowsPerChunk * windowBytes)), 1, 4096);
  const sharded = { rowsPerChunk, chunksPerShard };
  const labels = Object.entries(tasks).map(([name, task]) => {
    const width = labelWidth(task);
    return [
      name,
      width === 1 ? column("float32") : { ...column("float32"), rowShape: [width], axes: ["window", "class"] },
    ];
  });
  return {
    x: { dataType: samples, rowShape: [nChannels, nTimes], ...sharded, axes: ["window", "channel", "time"] },
    ...(samples === "int16" && {
      scale: { dataType: "float32", rowShape: [nChannels], ...sharded, axes: ["window", "channel"] },
    }),
    subject: column("uint32"),
    recording: column("uint32"),
    onset: column("float64"),
    quality: column("float32"),
    labels: Object.fromEntries(labels),
  };
}

const column = (dataType: ArrayPlan["dataType"]): ArrayPlan => ({
  dataType,
  rowShape: [],
  rowsPerChunk: TABLE_ROWS,
  chunksPerShard: 0,
  axes: ["window"],
});

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
