import type { TaskSpec } from "../task/taskSpec.ts";
import type { PartWriter } from "./partWriter.ts";
import type { SplitName } from "./windowStore.ts";

/** How samples are stored: "int16" with a float32 scale per window and channel (half the bytes), or "float32" as they are. */
export type SampleType = "int16" | "float32";

/** What a store holds, said once; it stands in the attributes of the root group. */
export interface StoreMeta {
  /** Name of the corpus: "eegmat". */
  readonly name: string;
  readonly title: string;
  readonly licence: string;
  /** Where the recordings are published. */
  readonly source: string;
  /** Hz. */
  readonly sfreq: number;
  readonly windowSeconds: number;
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  readonly samples: SampleType;
  /** The signal chain that every window went through, exactly: any JSON, with the version of the program. */
  readonly chain: { readonly version: string } & Readonly<Record<string, unknown>>;
}

/** The writer of a part of a store. */
export interface StorePart extends PartWriter {
  /**
   * Say which split the dataset itself assigns a person to; kept with the part, so that a resumed run still knows it.
   * @throws FormatError when the part already has the person in another split
   */
  assign(subject: string, split: SplitName): void;
}

/** A store opened for writing. Any number of threads and processes may have the same store open at the same time. */
export interface StoreWriter {
  /**
   * Begin a part. It is invisible until it is committed; of two writers of one part the first to commit wins.
   * @param partId unique in the store; any text of up to 200 bytes once escaped
   * @throws UsageError when the part is already committed
   */
  openPart(partId: string): Promise<StorePart>;
  isCommitted(partId: string): Promise<boolean>;
  /** Ids of the committed parts, sorted. */
  committedParts(): Promise<readonly string[]>;
  /** What a part was committed with, so that the summary of a resumed run is that of an undisturbed one. @throws FormatError when it is not there */
  provenance(partId: string): Promise<Readonly<Record<string, unknown>>>;
  /**
   * Write the list of parts and the summary into the root's attributes: what a source that cannot list folders (HTTP) reads.
   * Called once, when every part of the run is committed or given up; a store is readable without it.
   * @param summary any JSON: hours per sensor, what was dropped and why
   */
  finish(summary: Readonly<Record<string, unknown>>): Promise<void>;
}

/**
 * `createStore` of `src/store/node.ts`: open a folder for writing, making it if need be; parts already there are kept.
 * @throws UsageError when the folder holds another store (name, rate, window, tasks, sample type or chain differ) or anything else
 */
export type CreateStore = (folder: string, meta: StoreMeta) => Promise<StoreWriter>;
