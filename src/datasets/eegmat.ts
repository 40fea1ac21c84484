import { FormatError } from "../errors.ts";
import type { Label, TaskSpec } from "../store/index.ts";
import type { DataFolder, DatasetPart, Recipe } from "./recipe.ts";
import { columnOf, readTextTable } from "./textTable.ts";

const TASKS = {
  arithmetic: {
    kind: "binary",
    title: "Mental arithmetic (serial subtraction) from rest",
    classes: ["rest", "arithmetic"],
  },
  "count-quality": {
    kind: "binary",
    title: "People who subtract well from those who do not",
    classes: ["bad", "good"],
  },
} as const satisfies Record<string, TaskSpec>;

const INFO = "subject-info.csv";

/** `Subject07_1.edf` is at rest, `Subject07_2.edf` while subtracting. */
const FILE = /^(?:.*\/)?((Subject\d+)_([12]))\.edf$/;

/**
 * EEG and ECG of students at rest and during mental arithmetic. The contact of the ECG is lost in some recordings: their windows
 * are kept without it. The recordings come filtered from 0.5 to 45 Hz; the chain runs over them all the same, as it does on use.
 * @see Zyma et al. 2019, "Electroencephalograms during mental arithmetic task performance", Data 4(1)
 */
export const eegmat: Recipe = {
  name: "eegmat",
  title: "EEG During Mental Arithmetic Tasks",
  source: "https://physionet.org/content/eegmat/1.0.0/",
  licence: "ODC-BY 1.0",
  windowSeconds: 5,
  hopSeconds: 5,
  tasks: TASKS,
  async plan(folder) {
    const files = await folder.list();
    const found = files.flatMap((path) => {
      const [, id, subject, condition] = FILE.exec(path) ?? [];
      return id === undefined ? [] : [{ path, id, subject, condition: Number(condition) - 1 }];
    });
    if (found.length === 0) throw notEegmat(files);
    const quality = await readQuality(folder, files);
    return found.map(({ path, id, subject, condition }): DatasetPart => {
      const good = quality.get(subject);
      const told = { arithmetic: condition, ...(good === undefined ? {} : { "count-quality": good }) };
      return { id, recordings: () => oneRecording(folder, path, id, subject, told) };
    });
  },
};

async function* oneRecording(
  folder: DataFolder,
  path: string,
  id: string,
  subject: string,
  told: Readonly<Record<string, Label>>,
) {
  yield { recording: await folder.open(path), id, subject, labels: () => told };
}

/** Count quality by subject: 1 good, 0 bad. @throws FormatError for another value, or without the table */
async function readQuality(folder: DataFolder, files: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const path = files.find((file) => file === INFO || file.endsWith(`/${INFO}`));
  if (path === undefined) {
    throw new FormatError({
      where: "eegmat",
      what: "the folder lacks a file",
      expected: INFO,
      todo: "Fetch it with the recordings: it says who counted well",
    });
  }
  const table = readTextTable(await folder.read(path), INFO);
  const values = columnOf(table, "Count quality");
  return new Map(
    columnOf(table, "Subject").map((subject, i) => {
      if (values[i] === "0" || values[i] === "1") return [subject, Number(values[i])];
      throw new FormatError({
        where: INFO,
        what: "holds an unknown count quality",
        at: `subject ${subject}`,
        expected: "0 or 1",
        got: JSON.stringify(values[i]),
      });
    }),
  );
}

const notEegmat = (files: readonly string[]): FormatError =>
  new FormatError({
    where: "eegmat",
    what: "no recording of this dataset in the folder",
    expected: "files such as Subject00_1.edf",
    got: files.length === 0 ? "an empty folder" : files.slice(0, 5).join(", "),
    todo: "Name the folder that holds the EDF files",
  });
