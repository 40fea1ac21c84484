import { join } from "node:path";
import type { PanLuna } from "../../runtime/panluna.ts";
import { defineCommand } from "../defineCommand.ts";
import { askTask, type Clip, type Sample, takeThrough } from "../demo/clip.ts";
import { demoText, meanExplained } from "../demo/demoText.ts";
import { drawClips, PICTURE } from "../demo/drawClips.ts";
import type { Effects, ModelOptions } from "../effects.ts";
import { text } from "../flags.ts";
import { recordingJson } from "../predict/describe.ts";
import { modelFlags, modelOptions } from "../recordingFlags.ts";
import { withModel } from "../withModel.ts";

export const demo = defineCommand({
  name: "demo",
  description:
    "Take the recordings that come with the package (EEG, ECG, PPG of four data sets) all the way: open, check, clean, cut,\nembed, hide and reconstruct, ask the tasks that come with the package; and draw one picture.",
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
    ["demo --checkpoint PanLUNA.safetensors --out pictures/", "with other weights, which no task stands on"],
  ],
  async run({ flags }, effects) {
    const folder = join(effects.packageFolder, "samples");
    const samples = JSON.parse(
      new TextDecoder().decode(await effects.readFile(join(folder, "samples.json"))),
    ) as Sample[];
    const options = modelOptions(flags);
    const start = effects.now();
    const { clips, trained } = await withModel(effects, options, async (model) => ({
      clips: await takeAllThrough(samples, folder, model, effects),
      trained: model.trained,
    }));
    const shipped = options.checkpoint === undefined && options.untrained !== true;
    const told = shipped ? await askAll(clips, folder, options, effects) : clips;
    const seconds = (effects.now() - start) / 1000;
    const out = await drawClips(told, flags.out ?? PICTURE, effects);
    const ok = told.every(({ asExpected }) => asExpected);
    const result = { ok, trained, seconds, clips: told.map(withoutArrays), out };
    return { json: result, text: () => demoText(told, result, effects.terminal), failed: !ok };
  },
});

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

/** Ask each clip's task about it; every task is loaded once. */
async function askAll(
  clips: readonly Clip[],
  folder: string,
  options: ModelOptions,
  effects: Effects,
): Promise<readonly Clip[]> {
  const tasks = [...new Set(clips.flatMap(({ sample }) => sample.task ?? []))];
  const told = new Map<Clip, Clip>();
  for (const task of tasks) {
    await withModel(effects, { ...options, task }, async (model) => {
      for (const clip of clips.filter(({ sample }) => sample.task === task)) {
        told.set(clip, { ...clip, prediction: await askTask(clip, folder, model, effects) });
      }
    });
  }
  return clips.map((clip) => told.get(clip) ?? clip);
}

const withoutArrays = (clip: Clip) => ({
  file: clip.sample.file,
  title: clip.sample.title,
  duration: clip.duration,
  used: clip.reconstruction.contract.used.map(({ name }) => name),
  asExpected: clip.asExpected,
  quality: clip.quality,
  embeddings: clip.embeddings,
  explained: meanExplained(clip),
  ...(clip.prediction && { task: clip.sample.task, prediction: recordingJson(clip.prediction) }),
});
