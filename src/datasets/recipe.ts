import type { Alignment, Contract, Recording } from "../signal/index.ts";
import type { Label, SplitName, TaskSpec } from "../store/index.ts";

/** The folder of a dataset, read-only. Paths are relative to it, with `/`. */
export interface DataFolder {
  /** Every file below the folder, sorted. */
  list(): Promise<readonly string[]>;
  /** The bytes of a file. */
  read(path: string): Promise<Uint8Array>;
  /** A recording in any format that this project reads. */
  open(path: string): Promise<Recording>;
}

/** A recording of a dataset with what the dataset says about it. */
export interface LabelledRecording {
  readonly recording: Recording;
  /** Name of the recording within the dataset, without folders. */
  readonly id: string;
  /** The person; every recording of one person has the same. */
  readonly subject: string;
  /** Where the dataset itself assigns the person to a split. */
  readonly split?: SplitName;
  /** Which channels are used and as what; found from the labels if not given. */
  readonly contract?: Contract;
  /** Windows at events instead of one after the other. */
  readonly align?: Alignment;
  /** Steps of the signal chain that the samples have already been through, so that they are not repeated. */
  readonly filtered?: boolean;
  /** Labels of the window that starts at `onset` and lasts `seconds`, by task; a task that is absent has none there. */
  labels(onset: number, seconds: number): Readonly<Record<string, Label>>;
}

/** A piece of work: what is prepared, committed and resumed as one. */
export interface DatasetPart {
  /** Unique in the dataset, usable as a file name, the same in every run. */
  readonly id: string;
  /** Opens the recordings of the part one after another; the caller closes each. */
  recordings(): AsyncIterable<LabelledRecording>;
}

/** How the recordings of one dataset are found, attributed and labelled. */
export interface Recipe {
  /** Name on the command line: "eegmat". */
  readonly name: string;
  readonly title: string;
  /** Where the dataset is published. */
  readonly source: string;
  readonly licence: string;
  readonly windowSeconds: number;
  /** Seconds from window to window. */
  readonly hopSeconds: number;
  readonly tasks: Readonly<Record<string, TaskSpec>>;
  /** The parts of the dataset in a stable order. @throws FormatError where the folder is not this dataset */
  plan(folder: DataFolder): Promise<readonly DatasetPart[]>;
}
