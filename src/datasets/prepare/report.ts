import { FormatError } from "../../errors.ts";
import type { Sensor } from "../../signal/index.ts";
import type { SplitName, TaskSpec } from "../../store/index.ts";
import { type Counts, count, type PartOutcome, type RecordingOutcome, windowsOf } from "./outcome.ts";

/** Windows and recorded time; overlap is counted once. */
export interface Amount {
  readonly windows: number;
  readonly hours: number;
}

export interface LayoutAmount extends Amount {
  readonly sensors: Readonly<Partial<Record<Sensor, number>>>;
  readonly channels: readonly string[];
}

/** What was prepared and what was not: the summary of a store, and what the command shows. Equal for equal parts in whatever order. */
export interface PrepareReport extends Amount {
  readonly parts: number;
  readonly recordings: number;
  readonly subjects: number;
  readonly sensors: Readonly<Partial<Record<Sensor, Amount>>>;
  /** Most windows first. */
  readonly layouts: readonly LayoutAmount[];
  readonly hoursBySubject: Readonly<Record<string, number>>;
  /** Splits of the dataset itself, and "none". */
  readonly splits: Readonly<Record<string, { readonly subjects: number; readonly windows: number }>>;
  /** By task and class: windows. A regression has the count of its values and their sum. */
  readonly labels: Readonly<Record<string, Readonly<Counts>>>;
  /** Windows without a sensor that the recording has, by sensor and reason. */
  readonly sensorsLeftOut: Readonly<Counts>;
  /** Windows not kept, by reason. */
  readonly dropped: Readonly<Counts>;
  /** Hours that no window covers, by reason. */
  readonly leftovers: Readonly<Counts>;
  /** Recordings that could not be read, or not to their end. */
  readonly unreadable: readonly { readonly recording: string; readonly reason: string; readonly windows: number }[];
  /** What was wrong with recordings that could be read all the same. */
  readonly warnings: readonly { readonly recording: string; readonly warning: string }[];
}

/**
 * Sum up what became of the parts.
 * @throws FormatError when a person is in two splits
 */
export function summarise(parts: readonly PartOutcome[], tasks: Readonly<Record<string, TaskSpec>>): PrepareReport {
  const sorted = [...parts].sort((a, b) => (a.part < b.part ? -1 : 1));
  const recordings = sorted.flatMap((part) => part.recordings);
  const kept = recordings.filter(({ windows }) => windows > 0);
  return {
    parts: sorted.filter((part) => windowsOf(part) > 0).length,
    recordings: kept.length,
    subjects: new Set(kept.map(({ subject }) => subject)).size,
    ...amountOf(kept),
    sensors: sensorAmounts(kept),
    layouts: layoutAmounts(kept),
    hoursBySubject: hoursBySubject(kept),
    splits: splitCounts(kept),
    labels: labelCounts(kept, tasks),
    sensorsLeftOut: merged(recordings.map(({ sensorsLeftOut }) => sensorsLeftOut)),
    dropped: merged(recordings.map(({ dropped }) => dropped)),
    leftovers: merged(
      recordings.map(({ leftovers }) => leftovers),
      1 / 3600,
    ),
    unreadable: sorted.flatMap(unreadableOf),
    warnings: recordings.flatMap(({ id, warnings }) => warnings.map((warning) => ({ recording: id, warning }))),
  };
}

/** Everything of a part that could not be read. */
const unreadableOf = (part: PartOutcome): PrepareReport["unreadable"] => [
  ...part.unreadable.map((item) => ({ ...item, windows: 0 })),
  ...part.recordings.flatMap(({ id, failed, windows }) =>
    failed === undefined ? [] : [{ recording: id, reason: failed, windows }],
  ),
];

const amountOf = (recordings: readonly RecordingOutcome[]): Amount => ({
  windows: recordings.reduce((sum, { windows }) => sum + windows, 0),
  hours: recordings.reduce((sum, { seconds }) => sum + seconds, 0) / 3600,
});

interface Sum {
  windows: number;
  hours: number;
}

function addTo<T extends Sum>(sum: T, windows: number, { windows: all, seconds }: RecordingOutcome): void {
  sum.windows += windows;
  sum.hours += ((windows / all) * seconds) / 3600;
}

function sensorAmounts(recordings: readonly RecordingOutcome[]): PrepareReport["sensors"] {
  const found: Partial<Record<Sensor, Sum>> = {};
  for (const recording of recordings) {
    for (const { sensors, windows } of recording.layouts) {
      for (const sensor of Object.keys(sensors).sort() as Sensor[]) {
        found[sensor] ??= { windows: 0, hours: 0 };
        addTo(found[sensor], windows, recording);
      }
    }
  }
  return found;
}

function layoutAmounts(recordings: readonly RecordingOutcome[]): LayoutAmount[] {
  const found = new Map<string, LayoutAmount & Sum>();
  for (const recording of recordings) {
    for (const { sensors, channels, windows } of recording.layouts) {
      const key = channels.join(" ");
      const layout = found.get(key) ?? { sensors, channels, windows: 0, hours: 0 };
      found.set(key, layout);
      addTo(layout, windows, recording);
    }
  }
  const keys = [...found.keys()].sort((a, b) => found.get(b)!.windows - found.get(a)!.windows || (a < b ? -1 : 1));
  return keys.map((key) => found.get(key)!);
}

function hoursBySubject(recordings: readonly RecordingOutcome[]): Record<string, number> {
  const found: Counts = {};
  for (const { subject, seconds } of recordings) count(found, subject, seconds / 3600);
  return Object.fromEntries(Object.entries(found).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function splitCounts(recordings: readonly RecordingOutcome[]): PrepareReport["splits"] {
  const guard = new SplitGuard();
  for (const recording of recordings) guard.check(recording);
  const found: Record<string, { subjects: Set<string>; windows: number }> = {};
  for (const { subject, windows, split } of recordings) {
    const name = split ?? guard.of(subject) ?? "none";
    found[name] ??= { subjects: new Set(), windows: 0 };
    found[name].subjects.add(subject);
    found[name].windows += windows;
  }
  return Object.fromEntries(
    Object.entries(found).map(([name, { subjects, windows }]) => [name, { subjects: subjects.size, windows }]),
  );
}

/** In the order of the tasks and classes; a class without windows shows as 0. */
function labelCounts(
  recordings: readonly RecordingOutcome[],
  tasks: Readonly<Record<string, TaskSpec>>,
): Record<string, Counts> {
  return Object.fromEntries(
    Object.entries(tasks).map(([task, { classes }]) => {
      const none = Object.fromEntries(classes.map((name) => [name, 0]));
      return [task, merged([none, ...recordings.map(({ labels }) => labels[task] ?? {})])];
    }),
  );
}

function merged(all: readonly Readonly<Counts>[], factor = 1): Counts {
  const sum: Counts = {};
  for (const counts of all) for (const [name, n] of Object.entries(counts)) count(sum, name, n * factor);
  return sum;
}

/** Sees to it that no person is in two splits. */
export class SplitGuard {
  readonly #splits = new Map<string, SplitName>();

  of(subject: string): SplitName | undefined {
    return this.#splits.get(subject);
  }

  /** @throws FormatError when the person was in another split before */
  check({ subject, split, id }: Pick<RecordingOutcome, "subject" | "split" | "id">): void {
    if (split === undefined) return;
    const before = this.#splits.get(subject);
    this.#splits.set(subject, before ?? split);
    if (before === undefined || before === split) return;
    throw new FormatError({
      where: id,
      what: `subject ${subject} is in two splits`,
      expected: before,
      got: split,
      todo: "Give every recording of a person the same split, and prepare into a new folder",
    });
  }
}
