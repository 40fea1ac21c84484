import { FormatError } from "../errors.ts";
import { recordingFromArrays } from "../signal/index.ts";
import type { Label, SplitName, TaskSpec } from "../store/index.ts";
import { type Hdf5Tables, openTables } from "./hdf5Tables.ts";
import { findFile } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

const FILE = "raw.h5";

const CLASSES = ["NORM", "MI", "STTC", "CD", "HYP"] as const;

const TASKS = {
  superclass: {
    kind: "multilabel",
    title: "Diagnostic superclasses: normal, infarction, ST/T change, conduction disturbance, hypertrophy",
    classes: CLASSES,
  },
} as const satisfies Record<string, TaskSpec>;

const LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"] as const;

const SFREQ = 500;

/**
 * 12-lead ECG of 10 s as recorded, in µV. A patient is a subject. Splits are the official ones: folds 1 to 8 train, 9 validates, 10 tests;
 * folds keep patients whole. Records of which the cardiologist states none of the five superclasses have no label, as in
 * the published benchmarks, which leave them out.
 * @see Wagner et al. 2020, "PTB-XL, a large publicly available electrocardiography dataset", Scientific Data 7
 */
export const ptbxlRaw: Recipe = {
  name: "ptbxl-raw",
  title: "PTB-XL, 12-lead ECG with diagnostic superclasses, unfiltered",
  source: "https://physionet.org/content/ptb-xl/1.0.3/",
  licence: "CC BY 4.0",
  windowSeconds: 10,
  hopSeconds: 10,
  tasks: TASKS,
  async plan(folder) {
    const path = findFile("ptbxl-raw", await folder.list(), FILE);
    const folds = await readFolds(folder, path);
    return [...new Set(folds)]
      .sort((a, b) => a - b)
      .map((fold): DatasetPart => {
        const rows = [...folds.keys()].filter((row) => folds[row] === fold);
        return { id: `fold${String(fold).padStart(2, "0")}`, recordings: () => records(folder, path, fold, rows) };
      });
  },
};

/** Fold of every record. */
async function readFolds(folder: DataFolder, path: string): Promise<readonly number[]> {
  const file = await openTables(folder, path);
  try {
    const folds = await file.column("data_group_0/strat_fold");
    folds.forEach((fold, record) => {
      if (!Number.isInteger(fold) || fold < 1 || fold > 10) throw odd(`fold ${fold}`, record, "folds from 1 to 10");
    });
    return [...folds];
  } finally {
    await file.close();
  }
}

const splitOf = (fold: number): SplitName => (fold === 10 ? "test" : fold === 9 ? "val" : "train");

async function* records(
  folder: DataFolder,
  path: string,
  fold: number,
  rows: readonly number[],
): AsyncGenerator<LabelledRecording> {
  const file = await openTables(folder, path);
  try {
    const patients = await file.column("data_group_0/patient_id");
    const count = patients.length;
    const ids = await file.column("data_group_0/ecg_id", count);
    for (const row of rows) {
      const superclass = await labelOf(file, row, count);
      const labels: Readonly<Record<string, Label>> = superclass.includes(1) ? { superclass } : {};
      const recording = await recordOf(file, row, count);
      const id = `ecg${String(ids[row]).padStart(5, "0")}`;
      const subject = `patient${String(patients[row]).padStart(5, "0")}`;
      yield { recording, id, subject, split: splitOf(fold), labels: () => labels };
    }
  } finally {
    await file.close();
  }
}

async function labelOf(file: Hdf5Tables, row: number, count: number): Promise<number[]> {
  const y = file.array("data_group_0/y", [count, CLASSES.length]);
  const label = Array.from(
    await y.read([
      [row, row + 1],
      [0, CLASSES.length],
    ]),
  );
  if (label.some((value) => value !== 0 && value !== 1)) throw odd(`label ${label.join(", ")}`, row, "0 or 1");
  return label;
}

async function recordOf(file: Hdf5Tables, row: number, count: number) {
  const signals = file.array("data_group_0/X", [count, LEADS.length, undefined]);
  const nTimes = signals.shape[2];
  const x = await signals.read([
    [row, row + 1],
    [0, LEADS.length],
    [0, nTimes],
  ]);
  const leads = LEADS.map((label, c) => ({
    label,
    sfreq: SFREQ,
    unit: "uV",
    samples: x.subarray(c * nTimes, (c + 1) * nTimes),
  }));
  return recordingFromArrays(leads, { name: `${FILE}, record ${row}`, format: "HDF5" });
}

const odd = (got: string, record: number, expected: string): FormatError =>
  new FormatError({ where: FILE, what: "holds an unknown value", at: `record ${record}`, expected, got });
