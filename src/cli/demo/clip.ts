import { join } from "node:path";
import type { OpenOptions } from "../../formats/fileFormat.ts";
import type { PanLuna } from "../../runtime/panluna.ts";
import type { Reconstruction } from "../../runtime/reconstruct.ts";
import { durationOf, planContract, SENSORS } from "../../signal/index.ts";
import type { Effects } from "../effects.ts";
import { type PredictedRecording, predictRecording } from "../predict/predictRecording.ts";
import { type QualitySurvey, surveyQuality } from "../qualitySurvey.ts";

/** One entry of samples/samples.json. */
export interface Sample {
  readonly file: string;
  readonly title: string;
  readonly about: string;
  readonly options: OpenOptions;
  readonly expected: { readonly channels: readonly string[] };
  /** The shipped task that it is a recording for. */
  readonly task?: string;
}

/** What became of one recording. */
export interface Clip {
  readonly sample: Sample;
  readonly duration: number;
  readonly channels: number;
  readonly used: string;
  /** Whether the channels taken are those that the sample's description names. */
  readonly asExpected: boolean;
  readonly quality: QualitySurvey;
  readonly embeddings: readonly [windows: number, width: number];
  readonly reconstruction: Reconstruction;
  /** What its task says of it, where it was asked. */
  readonly prediction?: PredictedRecording;
}

/** Seconds of a window that is embedded. */
export const WINDOW = 5;

/** From a file to embeddings and a reconstruction. */
export async function takeThrough(sample: Sample, folder: string, model: PanLuna, effects: Effects): Promise<Clip> {
  const { signal } = effects;
  const recording = await effects.open(join(folder, sample.file), sample.options);
  try {
    const contract = planContract(recording.channels);
    const names = contract.used.map(({ name }) => name);
    const { shape } = await model.embed(recording, { windowSeconds: WINDOW, signal });
    return {
      sample,
      duration: durationOf(recording),
      channels: recording.channels.length,
      used: SENSORS.flatMap((sensor) => {
        const { length } = contract.used.filter((channel) => channel.sensor === sensor);
        return length === 0 ? [] : [`${length} ${sensor.toUpperCase()}`];
      }).join(" + "),
      asExpected: names.join() === sample.expected.channels.join(),
      quality: await surveyQuality(recording, contract, { windowSeconds: WINDOW, signal }),
      embeddings: shape,
      reconstruction: await model.reconstruct(recording, {
        windowSeconds: WINDOW,
        maxWindows: 1,
        batchSize: 1,
        signal,
      }),
    };
  } finally {
    await recording.close();
  }
}

/** What a task says of a clip, with the signals for a picture. */
export function askTask(
  { sample }: Clip,
  folder: string,
  model: PanLuna,
  effects: Effects,
): Promise<PredictedRecording> {
  const open = (path: string) => effects.open(path, sample.options);
  const options = { attention: true, signal: effects.signal };
  return predictRecording(join(folder, sample.file), model, options, { drawn: true, open });
}
