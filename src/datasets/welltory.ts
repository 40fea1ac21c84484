import { FormatError } from "../errors.ts";
import { recordingFromArrays } from "../signal/index.ts";
import type { Label, TaskSpec } from "../store/index.ts";
import { type Frames, onGrid, strongestPulse } from "./cameraFrames.ts";
import { fileName, noRecording } from "./paths.ts";
import type { DataFolder, DatasetPart, LabelledRecording, Recipe } from "./recipe.ts";
import { columnOf, readTextTable } from "./textTable.ts";

const TASKS = {
  "heart-rate": { kind: "regression", title: "Heart rate from RR intervals", classes: [], unit: "bpm" },
} as const satisfies Record<string, TaskSpec>;

const FILE = /^(.*\/)?(subject_\d+)\/PPG\.csv$/;
const COLOURS = ["R", "G", "B"] as const;

/**
 * Seconds from the first RR interval to the first frame. The two clocks are not related in the files: pulse intervals of the camera
 * fit those of the chest strap best when the strap starts 1 to 2 s earlier (19 of 21 recordings; median 1.5 s). What is left,
 * about half a second, matters little to a mean of 20 s.
 */
const RR_LEAD = 1.5;

/**
 * Pulse in the light that a finger lets through to a phone's camera. Frames come unevenly, about 30 a second: the colour with the
 * strongest pulse is interpolated linearly onto 32 Hz, a leap of more than 0.25 s divides the recording. Which of the 21
 * folders belong to the same of the 13 people is not said: all are one subject, so that no split can part them.
 * @see Neshitov et al. 2021, "Wavelet analysis and self-similarity of photoplethysmography signals for HRV estimation", Sensors 21, 6798
 */
export const welltory: Recipe = {
  name: "welltory",
  title: "Welltory PPG dataset: phone camera and RR intervals",
  source: "https://github.com/Welltory/welltory-ppg-dataset",
  licence: "CC0",
  windowSeconds: 20,
  hopSeconds: 10,
  tasks: TASKS,
  async plan(folder) {
    const files = await folder.list();
    const parts = files.flatMap((path): DatasetPart[] => {
      const [, place = "", id] = FILE.exec(path) ?? [];
      if (id === undefined) return [];
      const intervals = `${place}${id}/RR.txt`;
      if (!files.includes(intervals)) throw lacks(id);
      return [{ id, recordings: () => oneRecording(folder, path, intervals, id) }];
    });
    if (parts.length === 0) throw noRecording("welltory", files, "files such as subject_01/PPG.csv");
    return parts;
  },
};

async function* oneRecording(
  folder: DataFolder,
  path: string,
  intervals: string,
  id: string,
): AsyncGenerator<LabelledRecording> {
  const frames = readFrames(await folder.read(path), `${id}, ${fileName(path)}`);
  const beats = readBeats(await folder.read(intervals), `${id}, ${fileName(intervals)}`);
  const { samples, segments, sfreq } = strongestPulse(frames.map((colour) => onGrid(colour)));
  const recording = recordingFromArrays([{ label: "PPG", sfreq, samples }], {
    name: fileName(path),
    format: "CSV",
    segments,
  });
  yield { recording, id, subject: "welltory", labels: (onset, seconds) => rateOf(beats, onset + RR_LEAD, seconds) };
}

/** One series per colour. */
function readFrames(bytes: Uint8Array, where: string): Frames[] {
  const table = readTextTable(bytes, where);
  const numbers = (column: string) =>
    Float64Array.from(columnOf(table, column), (text) => (text === "" ? NaN : Number(text)));
  const times = numbers("time").map((ms) => ms / 1000);
  return COLOURS.map((colour) => ({ where, times, values: numbers(colour) }));
}

/** Times of the beats, s from the start of the first interval, which is the first of them. */
function readBeats(bytes: Uint8Array, where: string): Float64Array {
  const intervals = new TextDecoder().decode(bytes).split(/\s+/).filter(Boolean).map(Number);
  const wrong = intervals.findIndex((ms) => !(ms > 0 && ms < 10_000));
  if (wrong >= 0 || intervals.length === 0) {
    const got = wrong < 0 ? "none" : String(intervals[wrong]);
    throw new FormatError({
      where,
      what: "holds no RR intervals",
      at: `number ${wrong + 1}`,
      expected: "milliseconds",
      got,
    });
  }
  let time = 0;
  return Float64Array.from([0, ...intervals], (ms) => (time += ms / 1000));
}

/** Beats per minute: every interval counts with the share of it that lies in the window. None where the intervals do not reach. */
function rateOf(beats: Float64Array, from: number, seconds: number): Readonly<Record<string, Label>> {
  const to = from + seconds;
  if (from < beats[0] || to > beats[beats.length - 1]) return {};
  let count = 0;
  for (let i = 1; i < beats.length; i++) {
    const inside = Math.min(to, beats[i]) - Math.max(from, beats[i - 1]);
    if (inside > 0) count += inside / (beats[i] - beats[i - 1]);
  }
  return { "heart-rate": (60 * count) / seconds };
}

const lacks = (id: string): FormatError =>
  new FormatError({
    where: "welltory",
    what: `${id} comes without its RR intervals`,
    expected: "RR.txt beside PPG.csv",
    todo: "Keep the folders as they were published",
  });
