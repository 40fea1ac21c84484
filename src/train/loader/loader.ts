import type { ChannelSpec } from "../../store/index.ts";

/** Windows ready for the model, all of one layout. */
export interface LoadedMicroBatch {
  /** (B, C, T) row-major, z-scored per window and channel; a constant channel is 0. */
  readonly x: Float32Array;
  readonly shape: readonly [number, number, number];
  /** The channels of `x`: those of the layout that were asked for. */
  readonly channels: readonly ChannelSpec[];
  /** Place of the micro-batch in its batch. */
  readonly place: number;
  /** Index into the corpora. */
  readonly corpus: number;
  /** Rows of the corpus' table. */
  readonly rows: Uint32Array;
  /** Places of the windows in the batch: what masks and noise are keyed by. */
  readonly indices: Uint32Array;
  /** By task: (B, labelWidth) row-major; NaN where a window has no label. */
  readonly labels: ReadonlyMap<string, Float32Array>;
}

/** A batch, or what this rank computes of it. */
export interface LoadedBatch {
  readonly step: number;
  /** Windows of the whole batch, those of other ranks included. */
  readonly windows: number;
  readonly microBatches: readonly LoadedMicroBatch[];
  /** Seconds that the caller of `next` waited for it. */
  readonly waitedSeconds: number;
}

/** Reads batches ahead of need. */
export interface Loader {
  /**
   * The batch of a step; steps asked for one after the other are read ahead. The arrays belong to the caller.
   * @throws FormatError of the store when a shard is missing or damaged, naming it; after an error the loader is closed
   */
  next(step: number): Promise<LoadedBatch>;
  /** Seconds that callers have waited so far. */
  waited(): number;
  /** End all reading; safe to call twice and while `next` waits, which then throws. */
  close(): Promise<void>;
}
