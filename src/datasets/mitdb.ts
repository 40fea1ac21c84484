import type { Annotation } from "../signal/index.ts";
import type { Label, TaskSpec } from "../store/index.ts";
import { noRecording } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

const TASKS = {
  "aami-beat": {
    kind: "multiclass",
    title: "Kinds of heart beats: normal, supraventricular, ventricular, fusion, paced or unknown (AAMI EC57)",
    classes: ["N", "S", "V", "F", "Q"],
  },
} as const satisfies Record<string, TaskSpec>;

/**
 * Beat annotations by class. Atrial and nodal escape beats (e, j, n) count as N, as de Chazal et al. 2004 and nearly all results
 * since have it; EC57 itself counts them among S.
 */
const SYMBOLS = ["N L R B e j n", "A a J S", "V E r", "F", "/ f Q ?"] as const;
const CLASS_OF: ReadonlyMap<string, number> = new Map(
  SYMBOLS.flatMap((symbols, k) => symbols.split(" ").map((symbol): [string, number] => [symbol, k])),
);

/** A stimulus of a pacemaker made the beat. */
const PACED = "/";

/** Records of one man. Every other record is a person of its own. */
const SAME_PERSON: Readonly<Record<string, string>> = { 202: "201" };

/**
 * Seconds before and after a beat. Two intervals before it tell whether it is premature (down to 60 bpm, one down to 30 bpm); the
 * second after it holds its repolarisation and the start of a compensatory pause. A beat lies on the border of two patches.
 */
const BEFORE = 2;
const AFTER = 1;

/** A window starts on a sample of the model's rate: its beat is off by half a sample of 1/256 s at most. */
const NEAR = 1 / 256;

/**
 * Ambulatory ECG of 30 min in two leads, one window per beat. Records with paced beats have no labels: EC57 leaves them out of all
 * results. There is no official split here: the usual division (DS1, DS2) puts one person, 201 and 202, on both sides.
 * @see ANSI/AAMI EC57; de Chazal et al. 2004, "Automatic classification of heartbeats using ECG morphology and heartbeat interval features"
 */
export const mitdb: Recipe = {
  name: "mitdb",
  title: "MIT-BIH Arrhythmia Database",
  source: "https://physionet.org/content/mitdb/1.0.0/",
  licence: "ODC-BY 1.0",
  windowSeconds: BEFORE + AFTER,
  hopSeconds: BEFORE + AFTER,
  tasks: TASKS,
  async plan(folder) {
    const files = await folder.list();
    const parts = files.flatMap((path): DatasetPart[] => {
      const id = /(?:^|\/)(\d{3})\.hea$/.exec(path)?.[1];
      return id === undefined ? [] : [{ id, recordings: () => oneRecord(folder, path, id) }];
    });
    if (parts.length === 0) throw noRecording("mitdb", files, "files such as 100.hea");
    return parts;
  },
};

async function* oneRecord(folder: DataFolder, path: string, id: string): AsyncGenerator<LabelledRecording> {
  const recording = await folder.open(path);
  const beats = recording.annotations.filter((annotation) => CLASS_OF.has(symbolOf(annotation)));
  beats.sort((a, b) => a.onset - b.onset);
  const paced = beats.some((beat) => symbolOf(beat) === PACED);
  yield {
    recording,
    id,
    subject: SAME_PERSON[id] ?? id,
    align: { annotations: beats, offset: -BEFORE },
    labels(onset): Readonly<Record<string, Label>> {
      const beat = paced ? undefined : beatAt(beats, onset + BEFORE);
      return beat === undefined ? {} : { "aami-beat": CLASS_OF.get(symbolOf(beat))! };
    },
  };
}

/** The text of an annotation starts with its symbol. */
const symbolOf = ({ text }: Annotation): string => text.split(" ", 1)[0];

/** The beat at a time, if there is one. @param beats in order of time */
function beatAt(beats: readonly Annotation[], time: number): Annotation | undefined {
  let [low, high] = [0, beats.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (beats[middle].onset < time - NEAR) low = middle + 1;
    else high = middle;
  }
  return beats[low] !== undefined && beats[low].onset <= time + NEAR ? beats[low] : undefined;
}
