import { FormatError } from "../errors.ts";
import { type Annotation, type Recording, recordingFromArrays } from "../signal/index.ts";
import type { Label, TaskSpec } from "../store/index.ts";
import { type Hdf5Tables, openTables } from "./hdf5Tables.ts";
import { findFile } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

const FILE = "erp.h5";

const TASKS = {
  target: { kind: "binary", title: "Rare targets from standards (P300)", classes: ["standard", "target"] },
  face: { kind: "binary", title: "Pictures of faces from houses (N170)", classes: ["house", "face"] },
} as const satisfies Record<string, TaskSpec>;

/** Task of each paradigm; in both, code 1 is the first class and 2 the second. Cueing has none: its labelled events are too few. */
const TASK_OF: Readonly<Record<string, keyof typeof TASKS>> = { P300: "target", N170: "face" };

const LABELS = ["TP9", "AF7", "AF8", "TP10"] as const;
const SFREQ = 256;
const MICROVOLT = 0.48828125;

/** Seconds before a stimulus, one patch, so that the response starts on the border of two. */
const BEFORE = 0.125;
const WINDOW = 1;

/** Subjects of one part, which bears the name of the first: enough that opening the file again does not matter. */
const PART_SUBJECTS = 8;

const GROUP = /^(\w+)\/(\w+)\/subject(\d+)\/session(\d+)\/([^/]+)\/X$/;

/** A group of the file. */
interface Group {
  readonly path: string;
  readonly paradigm: string;
  readonly subject: number;
  /** The last name of the path. */
  readonly leaf: string;
  readonly id: string;
}

/**
 * EEG of a headband during oddball (P300), picture (N170) and cueing tasks. The same number in several paradigms may be the same
 * person: the number alone is the subject. Windows lie at the stimuli (neighbours overlap: stimuli come every 0.6 s or so);
 * recordings with few or no stimuli, and cueing, are cut one after the other and have no labels.
 * @see https://neurotechx.github.io/EEG-ExPy
 */
export const museErp: Recipe = {
  name: "muse-erp",
  title: "EEG of a Muse headband during visual and auditory tasks",
  source: "https://github.com/NeuroTechX/eeg-notebooks",
  licence: "BSD-3-Clause",
  windowSeconds: WINDOW,
  hopSeconds: WINDOW,
  tasks: TASKS,
  async plan(folder) {
    const path = findFile("muse-erp", await folder.list(), FILE);
    const groups = await listGroups(folder, path);
    if (groups.length === 0) throw noGroup();
    const subjects = [...new Set(groups.map(({ subject }) => subject))].sort((a, b) => a - b);
    const parts: DatasetPart[] = [];
    for (let from = 0; from < subjects.length; from += PART_SUBJECTS) {
      const some = subjects.slice(from, from + PART_SUBJECTS);
      const own = some.flatMap((subject) => groups.filter((group) => group.subject === subject));
      parts.push({ id: nameOf(some[0]), recordings: () => recordings(folder, path, own) });
    }
    return parts;
  },
};

const nameOf = (subject: number): string => `subject${String(subject).padStart(4, "0")}`;

const noGroup = (): FormatError =>
  new FormatError({
    where: FILE,
    what: "holds no recording",
    expected: "groups such as visual/P300/subject1/session1/…, with X, marker_index and marker",
  });

/** The recordings of the file in order of their paths. The id counts them within a session: their own names hold dates. */
async function listGroups(folder: DataFolder, path: string): Promise<readonly Group[]> {
  const file = await openTables(folder, path);
  const counts = new Map<string, number>();
  try {
    return [...file.paths].sort().flatMap((array): Group[] => {
      const [, modality, paradigm, subject, session, leaf] = GROUP.exec(array) ?? [];
      if (leaf === undefined) return [];
      const place = `${modality}-${paradigm}-${subject}-${session}`;
      counts.set(place, (counts.get(place) ?? 0) + 1);
      const group = array.slice(0, -"/X".length);
      return [{ path: group, paradigm, subject: Number(subject), leaf, id: `${place}-${counts.get(place)}` }];
    });
  } finally {
    await file.close();
  }
}

async function* recordings(
  folder: DataFolder,
  path: string,
  groups: readonly Group[],
): AsyncGenerator<LabelledRecording> {
  const file = await openTables(folder, path);
  try {
    for (const [i, group] of groups.entries()) {
      const x = await samplesOf(file, group);
      if (await isCopy(file, group, x, groups.slice(0, i))) continue;
      const stimuli = await stimuliOf(file, group, x.length / LABELS.length);
      const recording = recordingOf(x, group, stimuli);
      yield {
        recording,
        id: group.id,
        subject: nameOf(group.subject),
        ...(fillRecording(stimuli, recording)
          ? { align: { annotations: recording.annotations, offset: -BEFORE } }
          : {}),
        labels: (onset) => labelOf(stimuli, group, onset),
      };
    }
  } finally {
    await file.close();
  }
}

/** (T, 4) row-major, as stored. */
function samplesOf(file: Hdf5Tables, { path }: Group): Promise<Float64Array> {
  const array = file.array(`${path}/X`, [undefined, LABELS.length]);
  return array.read(array.shape.map((n) => [0, n]));
}

/** Whether an earlier recording of the person, of the same name in another session, holds the same samples. */
async function isCopy(
  file: Hdf5Tables,
  { leaf, subject, paradigm }: Group,
  x: Float64Array,
  earlier: readonly Group[],
): Promise<boolean> {
  for (const other of earlier) {
    if (other.leaf !== leaf || other.subject !== subject || other.paradigm !== paradigm) continue;
    const y = await samplesOf(file, other);
    if (x.length === y.length && x.every((value, i) => value === y[i])) return true;
  }
  return false;
}

/** Code of the stimulus by sample. */
type Stimuli = ReadonlyMap<number, number>;

async function stimuliOf(file: Hdf5Tables, { path }: Group, nTimes: number): Promise<Stimuli> {
  const indices = await file.column(`${path}/marker_index`);
  const codes = await file.column(`${path}/marker`, indices.length);
  const wrong = indices.findIndex((index) => !Number.isInteger(index) || index < 0 || index >= nTimes);
  if (wrong < 0) return new Map(Array.from(indices, (index, i): [number, number] => [index, codes[i]]));
  throw new FormatError({
    where: FILE,
    what: "has a marker outside its recording",
    at: `${path}/marker_index, ${wrong}`,
    expected: `0 to ${nTimes - 1}`,
    got: String(indices[wrong]),
  });
}

function recordingOf(x: Float64Array, { id }: Group, stimuli: Stimuli): Recording {
  const n = LABELS.length;
  const channels = LABELS.map((label, c) => ({
    label,
    sfreq: SFREQ,
    unit: "uV",
    samples: Float64Array.from({ length: x.length / n }, (_, i) => MICROVOLT * x[i * n + c]),
  }));
  const annotations = [...stimuli].map(
    ([sample, code]): Annotation => ({ onset: sample / SFREQ, duration: 0, text: String(code) }),
  );
  return recordingFromArrays(channels, { name: `${FILE}, ${id}`, format: "HDF5", annotations });
}

/** Whether windows at the stimuli of a paradigm with a task hold most of the recording: one stimulus in 2 s, at least. */
const fillRecording = ({ size }: Stimuli, { segments: [{ duration }] }: Recording): boolean => size >= duration / 2;

function labelOf(stimuli: Stimuli, { paradigm }: Group, onset: number): Readonly<Record<string, Label>> {
  const task = TASK_OF[paradigm];
  const code = stimuli.get(Math.round((onset + BEFORE) * SFREQ));
  return task === undefined || (code !== 1 && code !== 2) ? {} : { [task]: code - 1 };
}
