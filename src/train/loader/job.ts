import type { Augment, Crop } from "./options.ts";
import type { Rereference } from "./rereference.ts";

/** What is done with every window, the same for all jobs of a loader. */
export interface Processing {
  readonly seed: number;
  /** Hz. */
  readonly sfreq: number;
  readonly crop?: Crop;
  readonly augment?: Augment;
}

/** One micro-batch to read and make ready; may be sent to another thread. */
export interface ReadJob {
  /** Index into the stores. */
  readonly corpus: number;
  readonly rows: Uint32Array;
  /** Channels of the stored windows. */
  readonly nChans: number;
  /** The channels to give, in this order; all if not given. */
  readonly keep?: readonly number[];
  /** What EEG is measured against; as recorded if not given. */
  readonly reference?: Rereference;
  readonly step: number;
  /** Places of the windows in the batch. */
  readonly indices: Uint32Array;
}

/** Does jobs, on this thread or others. */
export interface JobReader {
  /** @returns (B, C, T), z-scored. @throws FormatError as the store does */
  read(job: ReadJob): Promise<Float32Array>;
  /** Frees what it holds; jobs that still run fail or end unseen. */
  close(): Promise<void>;
}
