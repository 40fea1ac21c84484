import { FormatError } from "../errors.ts";
import { type Channel, type Contract, PPG_NAME, planContract, recordingFromArrays } from "../signal/index.ts";
import type { TaskSpec } from "../store/index.ts";
import { readMatMatrix } from "./matMatrix.ts";
import { fileName, noRecording } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";

const TASKS = {
  "heart-rate": { kind: "regression", title: "Heart rate from the ECG, mean of 8 s", classes: [], unit: "bpm" },
} as const satisfies Record<string, TaskSpec>;

const SFREQ = 125;
/** Rows of `sig`: one ECG, two PPG of the same wrist; the three rows of acceleration are of no sensor of the model. */
const LABELS = ["ECG", "PPG1", "PPG2"] as const;
const ROWS = 6;

/** `BPM0` has a value for each 8 s, every 2 s. */
const WINDOW = 8;
const HOP = 2;

/** `DATA_04_TYPE01.mat`: number of the recording, and how fast the person ran. */
const FILE = /^(.*\/)?DATA_(\d\d_TYPE\d\d)\.mat$/;

/**
 * ECG of the chest and PPG of the wrist while running. The nine recordings are of nine people: 04_TYPE01 and 04_TYPE02, too, so that
 * number and kind together name the person.
 * @see Zhang et al. 2015, "TROIKA: a general framework for heart rate monitoring using wrist-type PPG signals during intensive physical exercise"
 */
export const troika: Recipe = {
  name: "troika",
  title: "IEEE Signal Processing Cup 2015: heart rate while running (TROIKA)",
  source: "https://doi.org/10.1109/TBME.2014.2359372",
  licence: "CC BY 4.0",
  windowSeconds: WINDOW,
  hopSeconds: HOP,
  tasks: TASKS,
  async plan(folder) {
    const files = await folder.list();
    const parts = files.flatMap((path): DatasetPart[] => {
      const [, place = "", id] = FILE.exec(path) ?? [];
      const reference = `${place}REF_${id}.mat`;
      if (id === undefined) return [];
      if (!files.includes(reference)) throw lacksReference(path, reference);
      return [{ id, recordings: () => oneRecording(folder, path, reference, id) }];
    });
    if (parts.length === 0) throw noRecording("troika", files, "files such as DATA_01_TYPE01.mat");
    return parts;
  },
};

async function* oneRecording(
  folder: DataFolder,
  path: string,
  reference: string,
  id: string,
): AsyncGenerator<LabelledRecording> {
  const sig = await readMatMatrix(folder, path, "sig");
  if (sig.nRows !== ROWS) throw odd(path, "sig", `${ROWS} rows`, `${sig.nRows}`);
  const rates = await readMatMatrix(folder, reference, "BPM0");
  if (rates.nCols !== 1) throw odd(reference, "BPM0", "one column", `${rates.nCols}`);
  const bpm = rates.column(0);
  const wrong = bpm.findIndex((value) => !(value > 0 && value < Number.POSITIVE_INFINITY));
  if (wrong >= 0) throw odd(reference, `BPM0, value ${wrong}`, "a rate in bpm", String(bpm[wrong]));
  const channels = LABELS.map((label, row) => ({ label, sfreq: SFREQ, samples: sig.row(row) }));
  const recording = recordingFromArrays(channels, { name: fileName(path), format: "MAT v5" });
  const contract = contractOf(recording.channels);
  yield { recording, id, subject: id, contract, labels: (onset, seconds) => rateOf(bpm, onset, seconds) };
}

/** All three channels: two PPG at one place, of which a contract made from the labels alone would take the first. */
function contractOf(channels: readonly Channel[]): Contract {
  const planned = planContract(channels);
  const [first] = planned.used.filter(({ name }) => name === PPG_NAME);
  const second = { ...first, plus: LABELS.indexOf("PPG2") };
  const upsampled = planned.upsampled.flatMap((note) =>
    note.label === "PPG1" ? [note, { ...note, label: "PPG2" }] : [note],
  );
  const renamed = planned.renamed.flatMap((note) =>
    note.label === "PPG1" ? [note, { ...note, label: "PPG2" }] : [note],
  );
  return { ...planned, used: [...planned.used, second], dropped: [], upsampled, renamed };
}

/** The rate stated for just this window. A window of another length or place has none. */
function rateOf(bpm: Float64Array, onset: number, seconds: number): { "heart-rate"?: number } {
  const k = Math.round(onset / HOP);
  const same = seconds === WINDOW && Math.abs(onset - k * HOP) < 1 / SFREQ;
  return same && k < bpm.length ? { "heart-rate": bpm[k] } : {};
}

const lacksReference = (path: string, reference: string): FormatError =>
  new FormatError({
    where: "troika",
    what: `${fileName(path)} comes without its heart rates`,
    expected: `${fileName(reference)} beside it`,
    todo: "Keep DATA and REF files in one folder",
  });

const odd = (path: string, at: string, expected: string, got: string): FormatError =>
  new FormatError({ where: fileName(path), what: "is not as this dataset has it", at, expected, got });
