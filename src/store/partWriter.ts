import type { Label } from "../task/taskSpec.ts";
import type { ChannelSpec } from "./layout.ts";

/** One window to be stored. */
export interface WindowRow {
  /** (C, T) row-major, filtered and resampled but not z-scored. */
  readonly x: Float32Array;
  readonly subject: string;
  readonly recording: string;
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** Share of the channels that are usable, 0 to 1. */
  readonly quality: number;
  /** By task; a task that is absent has no label here. */
  readonly labels: Readonly<Record<string, Label>>;
}

/** Writes the windows of one part (a file or a group of files) of a store: all of them become visible at `commit`, or none. */
export interface PartWriter {
  /** Windows of one layout; parts may hold several layouts. Memory does not grow with the number of windows. */
  append(channels: readonly ChannelSpec[], rows: readonly WindowRow[]): Promise<void>;
  /** @param provenance what is known of the part: source files, channel contract, what was left out and why */
  commit(provenance: Readonly<Record<string, unknown>>): Promise<void>;
  abort(): Promise<void>;
}
