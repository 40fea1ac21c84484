import { FormatError } from "../errors.ts";
import { memorySource, type OpenedHdf5, openHdf5 } from "../formats/index.ts";
import { recordingFromArrays } from "../signal/index.ts";
import type { SplitName, TaskSpec } from "../store/index.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

const CLASSES = ["NORM", "MI", "STTC", "CD", "HYP"] as const;

const TASKS = {
  superclass: {
    kind: "multilabel",
    title: "Diagnostic superclasses: normal, infarction, ST/T change, conduction disturbance, hypertrophy",
    classes: CLASSES,
  },
} as const satisfies Record<string, TaskSpec>;

/** Order of the leads in the files: III = II − I, aVR = −(I + II)/2, aVL = I − II/2 and aVF = II − I/2 hold there. */
const LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"] as const;

/** The official split by patients; fold 10 is in neither file. */
const FILES: readonly (readonly [file: string, split: SplitName])[] = [
  ["train.h5", "train"],
  ["val.h5", "val"],
];

const SFREQ = 250;
/** X / 500 is the signal, z-scored per lead. */
const SCALE = 1 / 500;
/** Records of one part: enough that opening the file again does not matter, few enough to spread over cores. */
const PART_RECORDS = 128;

/**
 * 12-lead ECG of 10 s. These files hold no patient ids: the ECG's own id stands for the subject. As the official split is by
 * patient, no patient is in two splits all the same; intervals over subjects take two ECGs of one patient for two people.
 * The samples are filtered from 0.5 to 40 Hz already and z-scored per lead: they are brought to the model's rate and nothing else.
 * @see Wagner et al. 2020, "PTB-XL, a large publicly available electrocardiography dataset", Scientific Data 7
 */
export const ptbxl: Recipe = {
  name: "ptbxl",
  title: "PTB-XL, 12-lead ECG with diagnostic superclasses",
  source: "https://physionet.org/content/ptb-xl/1.0.3/",
  licence: "CC BY 4.0",
  windowSeconds: 10,
  hopSeconds: 10,
  tasks: TASKS,
  async plan(folder) {
    const files = await folder.list();
    const parts: DatasetPart[] = [];
    for (const [file, split] of FILES) {
      const path = files.find((found) => found === file || found.endsWith(`/${file}`));
      if (path === undefined) continue;
      const count = await countRecords(folder, path);
      for (let from = 0; from < count; from += PART_RECORDS) {
        const to = Math.min(count, from + PART_RECORDS);
        const id = `${split}-${String(from).padStart(6, "0")}`;
        parts.push({ id, recordings: () => records(folder, path, split, from, to) });
      }
    }
    if (parts.length > 0) return parts;
    throw new FormatError({
      where: "ptbxl",
      what: "no recording of this dataset in the folder",
      expected: FILES.map(([file]) => file).join(" or "),
      got: files.length === 0 ? "an empty folder" : files.slice(0, 5).join(", "),
    });
  },
};

async function openFile(folder: DataFolder, path: string): Promise<OpenedHdf5> {
  return openHdf5(memorySource(await folder.read(path), nameOf(path)));
}

async function countRecords(folder: DataFolder, path: string): Promise<number> {
  const file = await openFile(folder, path);
  try {
    return tables(file, nameOf(path)).count;
  } finally {
    await file.close();
  }
}

async function* records(
  folder: DataFolder,
  path: string,
  split: SplitName,
  from: number,
  to: number,
): AsyncGenerator<LabelledRecording> {
  const file = await openFile(folder, path);
  try {
    const { signals, labels, ids, nTimes } = tables(file, nameOf(path));
    const width = CLASSES.length;
    const x = await signals.read([
      [from, to],
      [0, LEADS.length],
      [0, nTimes],
    ]);
    const y = await labels.read([
      [from, to],
      [0, width],
    ]);
    const ecgIds = await ids.read([[from, to]]);
    for (let i = 0; i < to - from; i++) {
      const superclass = Array.from(y.subarray(i * width, (i + 1) * width));
      checkLabels(superclass, nameOf(path), from + i);
      const id = `ecg${String(ecgIds[i]).padStart(5, "0")}`;
      const samples = x.subarray(i * LEADS.length * nTimes, (i + 1) * LEADS.length * nTimes);
      const recording = recordOf(samples, nTimes, `${nameOf(path)}, record ${from + i}`);
      yield { recording, id, subject: id, split, filtered: true, labels: () => ({ superclass }) };
    }
  } finally {
    await file.close();
  }
}

function recordOf(samples: Float64Array, nTimes: number, name: string) {
  const leads = LEADS.map((label, c) => ({
    label,
    sfreq: SFREQ,
    samples: samples.subarray(c * nTimes, (c + 1) * nTimes).map((v) => v * SCALE),
  }));
  return recordingFromArrays(leads, { name, format: "HDF5" });
}

/** The arrays of a file. @throws FormatError where one is missing or the shapes do not agree */
function tables({ arrays }: OpenedHdf5, where: string) {
  const take = (name: string, axes: readonly (number | undefined)[]) => {
    const array = arrays.find(({ path }) => path === `data_group_0/${name}`);
    const { shape } = array ?? {};
    if (array !== undefined && shape?.length === axes.length && axes.every((n, k) => n === undefined || n === shape[k]))
      return array;
    throw new FormatError({
      where,
      what: `data_group_0/${name} is not as PTB-XL has it here`,
      expected: `shape [${axes.map((n) => n ?? "any").join(", ")}]`,
      got: shape === undefined ? "no such array" : `[${shape.join(", ")}]`,
    });
  };
  const signals = take("X", [undefined, LEADS.length, undefined]);
  const [count, , nTimes] = signals.shape;
  return { signals, labels: take("y", [count, CLASSES.length]), ids: take("ecg_id", [count]), count, nTimes };
}

function checkLabels(labels: readonly number[], where: string, record: number): void {
  if (labels.every((value) => value === 0 || value === 1)) return;
  throw new FormatError({
    where,
    what: "holds a label that is neither 0 nor 1",
    at: `record ${record}`,
    got: labels.join(", "),
  });
}

const nameOf = (path: string): string => path.split("/").at(-1)!;
