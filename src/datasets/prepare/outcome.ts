import type { Sensor } from "../../signal/index.ts";
import type { Label, SplitName, TaskSpec } from "../../store/index.ts";

/** How often something happened, by its name. */
export type Counts = Record<string, number>;

/** Windows that share their channels. */
export interface LayoutCount {
  readonly sensors: Readonly<Partial<Record<Sensor, number>>>;
  /** Names of the channels, in order. */
  readonly channels: readonly string[];
  readonly windows: number;
}

/** What was done with the channels of a recording. Most recordings of a dataset share it. */
export interface Treatment {
  /** Channels used, dropped, renamed, … with reasons. */
  readonly contract: Readonly<Record<string, unknown>>;
  /** Signal chain by channels that share it. */
  readonly chain: readonly Readonly<Record<string, unknown>>[];
}

/** What became of one recording. Plain data: it goes between threads, and into the provenance of its part. */
export interface RecordingOutcome {
  readonly id: string;
  /** File name, or what the recipe calls the piece of a file. */
  readonly file: string;
  /** "EDF", "WFDB", …; not there where the recording could not be opened far enough to say. */
  readonly format: string;
  readonly subject: string;
  readonly split?: SplitName;
  /** Windows kept. */
  readonly windows: number;
  /** Recorded seconds in these windows: overlap is counted once. */
  readonly seconds: number;
  readonly layouts: readonly LayoutCount[];
  /** By task and class, windows: see `countLabel`. */
  readonly labels: Readonly<Record<string, Counts>>;
  /** Windows without a sensor that the recording has: "ecg: small" → windows. */
  readonly sensorsLeftOut: Counts;
  /** Windows not kept, by reason. */
  readonly dropped: Counts;
  /** Seconds that no window covers, by reason. */
  readonly leftovers: Counts;
  /** Why nothing, or nothing further, could be read. */
  readonly failed?: string;
  /** What was done with its channels: index into `treatments` of the part; absent where nothing was. */
  readonly treatment?: number;
  /** Missing samples, by channel. */
  readonly missing: Counts;
  readonly warnings: readonly string[];
}

/** What became of a part. Never anything about the person but the pseudonym that the dataset gives. */
export interface PartOutcome {
  readonly part: string;
  readonly recordings: readonly RecordingOutcome[];
  readonly treatments: readonly Treatment[];
  /** What could not be opened at all. */
  readonly unreadable: readonly { readonly recording: string; readonly reason: string }[];
}

export function count(counts: Counts, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by;
}

/** Windows that a part brings into the store. */
export const windowsOf = ({ recordings }: PartOutcome): number =>
  recordings.reduce((sum, { windows }) => sum + windows, 0);

/** Name under which a window of no positive class is counted. */
export const NO_CLASS = "(none)";

/** Name under which values of a regression are counted; the mean is `sum / values`. */
export const [VALUES, SUM] = ["values", "sum"] as const;

/** Count a label: by class; of "multilabel" every positive class; of "regression" the values and their sum. */
export function countLabel(counts: Counts, { kind, classes }: TaskSpec, label: Label): void {
  if (kind === "regression") {
    count(counts, VALUES);
    count(counts, SUM, Number(label));
  } else if (typeof label === "number") count(counts, classes[label] ?? `class ${label}`);
  else {
    const positive = classes.filter((_, k) => label[k] === 1);
    for (const name of positive.length === 0 ? [NO_CLASS] : positive) count(counts, name);
  }
}
