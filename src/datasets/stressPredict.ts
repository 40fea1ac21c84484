import { FormatError } from "../errors.ts";
import { textBlocks } from "../formats/csv/textBlocks.ts";
import { memorySource } from "../formats/index.ts";
import type { Recording } from "../signal/index.ts";
import type { Label, TaskSpec } from "../store/index.ts";
import { fileName, findFile, noRecording } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";
import { columnOf, readTextTable } from "./textTable.ts";

const TASKS = {
  stress: { kind: "binary", title: "Stress tasks from baseline and rest", classes: ["no stress", "stress"] },
} as const satisfies Record<string, TaskSpec>;

/** One for all people; the folders hold copies of their own rows. */
const LABEL_FILE = "labels.csv.gz";

/** `S07/BVP.csv.gz` is of participant 7 in the table. */
const FILE = /(?:^|\/)(S(\d+))\/BVP\.csv(?:\.gz)?$/;

/** Stress by second of unix time. */
type Seconds = ReadonlyMap<number, number>;

/**
 * Wrist PPG (blood volume pulse of an Empatica E4) of about an hour. A window has a label where every second that it touches has
 * the same one: not in the first seconds, at the end, or across a change. Half of neighbouring windows overlaps, as blocks of 3 to
 * 10 min hold few of 60 s. A person without labels is kept, without.
 * @see Iqbal et al. 2022, "Stress monitoring using wearable sensors: a pilot study and Stress-Predict dataset", Sensors 22(21)
 */
export const stressPredict: Recipe = {
  name: "stress-predict",
  title: "Stress-Predict: wrist PPG during stress tasks",
  source: "https://github.com/italha-d/Stress-Predict-Dataset",
  licence: "MIT",
  windowSeconds: 60,
  hopSeconds: 30,
  tasks: TASKS,
  async plan(folder) {
    const files = await folder.list();
    const found = files.flatMap((path) => {
      const [, id, number] = FILE.exec(path) ?? [];
      return id === undefined ? [] : [{ path, id, participant: Number(number) }];
    });
    if (found.length === 0) throw noRecording("stress-predict", files, "files such as S01/BVP.csv.gz");
    const table = findFile(
      "stress-predict",
      files.filter((path) => !/(?:^|\/)S\d+\/[^/]*$/.test(path)),
      LABEL_FILE,
    );
    let all: Promise<ReadonlyMap<number, Seconds>> | undefined; // read once, when the first part is
    return found.map(({ path, id, participant }): DatasetPart => {
      const stress = async () => {
        all ??= readLabels(folder, table);
        return (await all).get(participant) ?? new Map();
      };
      return { id, recordings: () => oneRecording(folder, path, id, stress) };
    });
  },
};

async function* oneRecording(
  folder: DataFolder,
  path: string,
  id: string,
  stress: () => Promise<Seconds>,
): AsyncGenerator<LabelledRecording> {
  const seconds = await stress();
  const recording = await folder.open(path);
  const start = startOf(recording);
  yield { recording, id, subject: id, labels: (onset, length) => labelOf(seconds, start + onset, length) };
}

/** Unix time of the first sample, s; the first row of the file. */
function startOf({ identity: { startTime }, name }: Recording): number {
  const start = Date.parse(`${startTime}Z`) / 1000;
  if (Number.isFinite(start)) return start;
  throw new FormatError({
    where: name,
    what: "does not say when it starts",
    expected: "unix seconds in its first row",
  });
}

/** The label of the second u holds from u to u + 1. */
function labelOf(stress: Seconds, from: number, length: number): Readonly<Record<string, Label>> {
  const label = stress.get(Math.floor(from));
  if (label === undefined) return {};
  for (let second = Math.floor(from) + 1; second < from + length; second++) {
    if (stress.get(second) !== label) return {};
  }
  return { stress: label };
}

/** By participant. @throws FormatError for values that are no labels, or two labels of one second */
async function readLabels(folder: DataFolder, path: string): Promise<ReadonlyMap<number, Seconds>> {
  const name = fileName(path);
  let text = "";
  for await (const block of textBlocks(memorySource(await folder.read(path), name))) text += block;
  const table = readTextTable(new TextEncoder().encode(text), name);
  const [times, labels] = [columnOf(table, "Time(sec)"), columnOf(table, "Label")];
  const people = new Map<number, Map<number, number>>();
  columnOf(table, "Participant").forEach((participant, row) => {
    const [person, time, label] = [participant, times[row], labels[row]].map(Number);
    const seconds = people.get(person) ?? new Map<number, number>();
    const known = seconds.get(time) ?? label;
    if (!Number.isInteger(person) || !Number.isInteger(time) || (label !== 0 && label !== 1) || known !== label) {
      throw new FormatError({
        where: name,
        what: "holds a row that is no label",
        at: `row ${row + 1}`,
        expected: "one label, 0 or 1, per person and whole second",
        got: `${participant}, ${times[row]}, ${labels[row]}`,
      });
    }
    people.set(person, seconds.set(time, label));
  });
  return people;
}
