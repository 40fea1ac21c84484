import { planContract, planRecordingWindows } from "../signal/index.ts";
import type { Label } from "../store/index.ts";
import type { DataFolder, LabelledRecording, Recipe } from "./recipe.ts";

/** A window as a recipe lays and labels it. */
export interface SurveyedWindow {
  readonly recording: string;
  /** Seconds from the start of the recording. */
  readonly onset: number;
  readonly labels: Readonly<Record<string, Label>>;
}

/** What a recipe makes of a folder, for tests. */
export interface Survey {
  /** Ids of the parts. */
  readonly parts: readonly string[];
  readonly recordings: readonly LabelledRecording[];
  readonly subjects: ReadonlySet<string>;
  readonly windows: readonly SurveyedWindow[];
  /** Hours of all recordings. */
  readonly hours: number;
  /** Windows per label of a task, "-" for none. */
  count(task: string): Record<string, number>;
}

/** Go through all parts of a dataset; nothing is filtered or stored. */
export async function survey(recipe: Recipe, folder: DataFolder): Promise<Survey> {
  const parts = await recipe.plan(folder);
  const recordings: LabelledRecording[] = [];
  for (const part of parts) for await (const labelled of part.recordings()) recordings.push(labelled);
  const windows = recordings.flatMap((labelled) => windowsOf(recipe, labelled));
  const seconds = recordings.flatMap(({ recording }) => recording.segments.map(({ duration }) => duration));
  return {
    parts: parts.map(({ id }) => id),
    recordings,
    subjects: new Set(recordings.map(({ subject }) => subject)),
    windows,
    hours: seconds.reduce((sum, s) => sum + s, 0) / 3600,
    count(task) {
      const counts: Record<string, number> = {};
      for (const { labels } of windows) {
        const key = labels[task] === undefined ? "-" : String(labels[task]);
        counts[key] = (counts[key] ?? 0) + 1;
      }
      return counts;
    },
  };
}

function windowsOf({ windowSeconds, hopSeconds }: Recipe, labelled: LabelledRecording): SurveyedWindow[] {
  const { recording, align, id } = labelled;
  const contract = labelled.contract ?? planContract(recording.channels);
  const { windows } = planRecordingWindows(recording, contract, { windowSeconds, hopSeconds, align });
  return windows.map(({ onset }) => ({ recording: id, onset, labels: labelled.labels(onset, windowSeconds) }));
}
