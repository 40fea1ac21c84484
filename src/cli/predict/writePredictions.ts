import { withFiles } from "../../formats/target/node.ts";
import type { Annotation, Recording } from "../../signal/index.ts";
import type { TaskSpec } from "../../task/index.ts";
import type { Effects } from "../effects.ts";
import { quoted } from "../embeddings/csv.ts";
import { writePicture } from "../pictures.ts";
import { answerText, outputNames, outputsOf } from "./describe.ts";
import type { PredictionTarget } from "./outputs.ts";
import type { PredictedRecording } from "./predictRecording.ts";

/** Write predictions as what the name of the file says. @param json what a .json holds */
export async function writePredictions(
  target: PredictionTarget,
  recordings: readonly PredictedRecording[],
  json: (recordings: readonly PredictedRecording[]) => object,
  effects: Effects,
): Promise<void> {
  const { path, kind } = target;
  const text = (content: string) =>
    withFiles([effects.createFile(path)], (file) => file.write(new TextEncoder().encode(content)));
  if (kind === "json") return text(`${JSON.stringify(json(recordings), undefined, 1)}\n`);
  if (kind === "csv") return text(csvOf(recordings));
  if (kind === "edf") return writeAnnotations(path, recordings[0], effects);
  const { predictionSvg } = await import("../../draw/index.ts");
  return writePicture(effects, path, predictionSvg(recordings[0], recordings[0].signals!));
}

/** One row per window: recording, onset and duration in seconds, the outputs, what it decides, whether it counts, flagged channels. */
export function csvOf(recordings: readonly PredictedRecording[]): string {
  const names = outputNames(recordings[0].task);
  const header = ["recording", "onset", "duration", ...names, "decided", "counts", "flagged"];
  const rows = recordings.flatMap((recording) =>
    recording.windows.map(({ onset, duration, decided = [], counts, flagged }, w) => [
      recording.file,
      String(onset),
      String(duration),
      ...outputsOf(recording, w).map(String),
      decided.join(";"),
      String(counts),
      flagged.map(({ name, flags }) => `${name}: ${flags.join(" ")}`).join("; "),
    ]),
  );
  return [header, ...rows].map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

/** An EDF+ file of annotations alone: one per window, for any viewer beside the recording. Nothing of the person, no date. */
async function writeAnnotations(path: string, recording: PredictedRecording, effects: Effects): Promise<void> {
  const { writeEdf } = await import("../../formats/edf/write.ts");
  const empty: Recording = {
    name: recording.file,
    format: "EDF+C",
    channels: [],
    segments: [],
    annotations: annotationsOf(recording),
    warnings: [],
    identity: {},
    read: async () => [],
    close: async () => {},
  };
  await withFiles([effects.createFile(path)], (file) =>
    writeEdf(empty, (bytes) => file.write(bytes), { signal: effects.signal }),
  );
}

/** "superclass: NORM 0.93"; a window that does not count says so. */
export function annotationsOf(recording: PredictedRecording): Annotation[] {
  const { task, windows } = recording;
  return windows.map(({ onset, duration, decided = [], counts }, w) => {
    const answer = answerText(task, outputsOf(recording, w), decided, numberText);
    return { onset, duration, text: `${task.name}: ${answer}${counts ? "" : " (bad signal)"}` };
  });
}

const numberText = (value: number, { kind, unit = "" }: TaskSpec): string =>
  kind === "regression" ? `${Number(value.toPrecision(4))} ${unit}`.trim() : value.toFixed(2);
