import { join } from "node:path";
import type { OpenOptions } from "../../formats/fileFormat.ts";
import type { PanLuna } from "../../runtime/panluna.ts";
import type { Reconstruction } from "../../runtime/reconstruct.ts";
import { durationOf, planContract, SENSORS } from "../../signal/index.ts";
import { defineCommand } from "../defineCommand.ts";
import type { Effects, Terminal } from "../effects.ts";
import { text } from "../flags.ts";
import { writePicture } from "../pictures.ts";
import { type QualitySurvey, surveyQuality } from "../qualitySurvey.ts";
import { modelFlags, modelOptions } from "../recordingFlags.ts";
import { stackPictures } from "../stackPictures.ts";
import { counted, duration, painter, percent, significant, wrap } from "../text.ts";
import { UNTRAINED } from "../untrained.ts";
import { withModel } from "../withModel.ts";

/** One entry of samples/samples.json. */
interface Sample {
  readonly file: string;
  readonly title: string;
  readonly about: string;
  readonly options: OpenOptions;
  readonly expected: { readonly channels: readonly string[] };
}

const WINDOW = 5;
const PICTURE = "panluna-demo";

export const demo = defineCommand({
  name: "demo",
  description:
    "Take the recordings that come with the package (EEG, ECG, PPG of four data sets) all the way: open, check, clean, cut,\nembed, hide and reconstruct; and draw one picture.",
  args: [],
  flags: {
    out: text("FOLDER", "where panluna-demo.svg and .png go (panluna-demo/)"),
    checkpoint: modelFlags.checkpoint,
    untrained: modelFlags.untrained,
    provider: modelFlags.provider,
    threads: modelFlags.threads,
  },
  examples: [
    ["demo", "with the weights that come with the package"],
    ["demo --checkpoint PanLUNA.safetensors --out pictures/", "with other weights"],
  ],
  async run({ flags }, effects) {
    const folder = join(effects.packageFolder, "samples");
    const samples = JSON.parse(
      new TextDecoder().decode(await effects.readFile(join(folder, "samples.json"))),
    ) as Sample[];
    return withModel(effects, modelOptions(flags), async (model) => {
      const start = effects.now();
      const clips = await takeAllThrough(samples, folder, model, effects);
      const seconds = (effects.now() - start) / 1000;
      const out = await drawClips(clips, flags.out ?? PICTURE, effects);
      const ok = clips.every(({ asExpected }) => asExpected);
      const result = { ok, trained: model.trained, seconds, clips: clips.map(withoutArrays), out };
      return { json: result, text: () => resultText(clips, result, effects.terminal), failed: !ok };
    });
  },
});

/** What became of one recording. */
interface Clip {
  readonly sample: Sample;
  readonly duration: number;
  readonly channels: number;
  readonly used: string;
  /** Whether the channels taken are those that the sample's description names. */
  readonly asExpected: boolean;
  readonly quality: QualitySurvey;
  readonly embeddings: readonly [windows: number, width: number];
  readonly reconstruction: Reconstruction;
}

async function takeAllThrough(
  samples: readonly Sample[],
  folder: string,
  model: PanLuna,
  effects: Effects,
): Promise<Clip[]> {
  const progress = effects.progress("recordings");
  const clips: Clip[] = [];
  try {
    for (const sample of samples) {
      effects.signal.throwIfAborted();
      progress.update(clips.length, samples.length);
      clips.push(await takeThrough(sample, folder, model, effects));
    }
    return clips;
  } finally {
    progress.end();
  }
}

/** The main job: from a file to embeddings and a reconstruction. */
async function takeThrough(sample: Sample, folder: string, model: PanLuna, effects: Effects): Promise<Clip> {
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

/** One panel per kind of montage: a window with its hidden patches. */
async function drawClips(clips: readonly Clip[], folder: string, effects: Effects): Promise<string[]> {
  const { reconstructionSvg } = await import("../../draw/index.ts");
  const kinds = new Map(
    clips.map((clip) => [clip.sample.expected.channels.join(), clip]).reverse() as [string, Clip][],
  );
  const panels = [...kinds.values()]
    .reverse()
    .map(({ sample, reconstruction }) =>
      reconstructionSvg(reconstruction, reconstruction.contract, { title: sample.title }),
    );
  await effects.makeFolder(folder);
  const drawn = stackPictures(panels);
  const paths = [".svg", ".png"].map((extension) => join(folder, PICTURE + extension));
  for (const path of paths) await writePicture(effects, path, drawn);
  return paths;
}

const meanExplained = ({ reconstruction: { explained } }: Clip): number => {
  const known = explained.filter((value) => !Number.isNaN(value));
  return known.reduce((sum, value) => sum + value, 0) / known.length;
};

const withoutArrays = (clip: Clip) => ({
  file: clip.sample.file,
  title: clip.sample.title,
  duration: clip.duration,
  used: clip.reconstruction.contract.used.map(({ name }) => name),
  asExpected: clip.asExpected,
  quality: clip.quality,
  embeddings: clip.embeddings,
  explained: meanExplained(clip),
});

function resultText(
  clips: readonly Clip[],
  { trained, seconds, out }: { readonly trained: boolean; readonly seconds: number; readonly out: readonly string[] },
  { columns: width, color }: Terminal,
): string[] {
  const paint = painter(color);
  return [
    ...clips.flatMap((clip) => [
      paint.bold(clip.sample.title),
      ...wrap(`${clip.sample.about}.`, width),
      ...wrap(
        `${clip.sample.file}: ${duration(clip.duration)}, ${counted(clip.channels, "channel")}; the model takes ${clip.used}`,
        width,
      ),
      ...(clip.asExpected ? [] : [paint.bad("  These are not the channels that were expected.")]),
      ...wrap(`Quality: ${qualityText(clip.quality)}`, width),
      ...wrap(
        `${counted(clip.embeddings[0], "window")} of ${WINDOW} s embedded as ${clip.embeddings.join(" × ")} numbers; of a window half hidden, ${(100 * meanExplained(clip)).toFixed(1)} % of the hidden variance is explained`,
        width,
      ),
      "",
    ]),
    ...(trained ? [] : wrap(paint.warn(UNTRAINED), width)),
    `  ${counted(clips.length, "recording")} in ${significant(seconds)} s. Wrote ${out.join(" and ")}`,
  ];
}

function qualityText({ judged, channels }: QualitySurvey): string {
  const doubtful = channels.flatMap(({ name, flags }) =>
    Object.entries(flags).map(([flag, share]) => `${name} ${flag} in ${percent(share)}`),
  );
  return doubtful.length === 0 ? `nothing to complain of in ${counted(judged, "window")}` : doubtful.join(", ");
}
