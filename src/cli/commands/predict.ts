import { basename } from "node:path";
import { UsageError } from "../../errors.ts";
import type { PanLuna } from "../../runtime/panluna.ts";
import type { PredictOptions } from "../../runtime/prediction/predictResult.ts";
import type { Recording } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import { everyNth } from "../../train/distributed/shares.ts";
import { defineCommand } from "../defineCommand.ts";
import type { Effects } from "../effects.ts";
import { choices, type FlagValues, list, number, text, toggle } from "../flags.ts";
import { recordingJson } from "../predict/describe.ts";
import { gatherPredictions } from "../predict/gather.ts";
import { isPicture, KINDS, type PredictionTarget, planOutputs } from "../predict/outputs.ts";
import {
  type PlannedRecording,
  type PredictedRecording,
  planRecording,
  predictRecording,
} from "../predict/predictRecording.ts";
import { DISCLAIMER, predictionText } from "../predict/resultText.ts";
import { writePredictions } from "../predict/writePredictions.ts";
import { modelOptions, openOptions, recordingOptions, runFlags } from "../recordingFlags.ts";
import { withModel } from "../withModel.ts";
import { withRanks } from "../withRanks.ts";

const flags = {
  task: text("NAME", "a task that comes with the package, such as ecg-superclass"),
  head: text("FILE", "a head.safetensors of `panluna finetune`, on the encoder of --checkpoint"),
  out: list(
    "FILE,…",
    ".json (everything), .csv (a row per window), .edf (EDF+ annotations), .svg or .png (a picture); or a folder, ending in /",
  ),
  format: choices(KINDS, "kinds of the files in a folder (json,svg)"),
  attention: toggle("tell where the queries look, too; pictures always do"),
  ...runFlags,
  checkpoint: text("FILE", "a best.safetensors of `panluna finetune`; with --head, the encoder"),
  window: number("SECONDS", "length of a window (that which the task was trained on)", { above: 0 }),
};

type PredictFlags = FlagValues<typeof flags>;

export const predict = defineCommand({
  name: "predict",
  description:
    "Ask a task about recordings: every window, and each recording as a whole with its uncertainty. Windows in which every channel is bad do not count. Where a recording has less than the training had, the answer is marked as reduced.\nUnder mpirun every process takes its share of the recordings.",
  args: [{ name: "files", help: "recordings", many: true }],
  flags,
  examples: [
    ["predict ecg.hea --task ecg-superclass", "a task that comes with the package"],
    ["predict night.edf --checkpoint runs/sleep/best.safetensors --out night.svg,night.csv", "a task of your own"],
    ["predict *.edf --checkpoint encoder.safetensors --head head.safetensors --out predictions/", "files for each"],
  ],
  async run({ args: files, flags }, effects) {
    checkSource(flags);
    const targets = await planOutputs(files, flags, effects);
    const { task, head } = flags;
    return withRanks(effects, (ranks) =>
      withModel(effects, { ...modelOptions(flags), task, head }, async (model) => {
        const own = await predictAll(everyNth(files, ranks), model, flags, targets, effects);
        const recordings = await gatherPredictions(own, files, ranks);
        const describe = (some: readonly PredictedRecording[]) => jsonOf(some, model, flags, effects);
        const left = targets.filter((target) => !isPicture(target)); // pictures are drawn while the signals are at hand
        for (const target of everyNth(left, ranks)) {
          const told = recordings.filter(({ path }) => target.inputs.includes(path));
          await writePredictions(target, told, describe, effects);
        }
        const out = targets.map(({ path }) => path);
        return {
          json: { ...describe(recordings), out },
          text: () => [...predictionText(recordings, effects.terminal), ...writtenText(out)],
        };
      }),
    );
  },
});

/** @throws UsageError where nothing says what to predict */
function checkSource({ task, checkpoint, head }: PredictFlags): void {
  if ((task ?? checkpoint ?? head) !== undefined) return;
  throw new UsageError({
    where: "predict",
    what: "what to predict is needed",
    expected: "--task NAME, or --checkpoint FILE of a fine-tuning",
    todo: "Try --task ecg-superclass",
  });
}

/** @throws UsageError for a model that cannot say what its head means */
function taskOf({ task }: PanLuna, { checkpoint = "the model" }: PredictFlags): TrainedTask {
  if (task !== undefined) return task;
  throw new UsageError({
    where: basename(checkpoint),
    what: "does not say what task it was trained for",
    expected: "a best.safetensors of `panluna finetune`",
    todo: "Name the task that comes with the package (--task), or the head of a fine-tuning (--head)",
  });
}

/** Every recording is opened once before anything is computed, so that one that lacks something shows at once. */
async function predictAll(
  files: readonly string[],
  model: PanLuna,
  flags: PredictFlags,
  targets: readonly PredictionTarget[],
  effects: Effects,
): Promise<PredictedRecording[]> {
  const task = taskOf(model, flags);
  const open = (path: string): Promise<Recording> => effects.open(path, openOptions(flags));
  const options = recordingOptions(flags, effects.signal);
  const plans: PlannedRecording[] = [];
  for (const path of files) {
    effects.signal.throwIfAborted();
    plans.push(await planRecording(path, task, options, open));
  }
  const total = plans.reduce((sum, { windows }) => sum + windows, 0);
  const progress = effects.progress("windows");
  const done: PredictedRecording[] = [];
  try {
    let before = 0;
    for (const { path, windows } of plans) {
      const pictures = targets.filter((target) => isPicture(target) && target.inputs.includes(path));
      const own: PredictOptions = {
        ...options,
        attention: flags.attention || pictures.length > 0,
        onProgress: (count) => progress.update(before + count, total),
      };
      const drawn = pictures.length > 0;
      const { signals, ...predicted } = await predictRecording(path, model, own, { drawn, open });
      for (const picture of pictures) await writePredictions(picture, [{ ...predicted, signals }], () => ({}), effects);
      done.push(predicted);
      before += windows;
    }
    return done;
  } finally {
    progress.end();
  }
}

const jsonOf = (
  recordings: readonly PredictedRecording[],
  model: PanLuna,
  { task, checkpoint, head }: PredictFlags,
  { version }: Effects,
) => ({
  panluna: version,
  about: DISCLAIMER,
  task: model.task,
  model: {
    name: task ?? null,
    checkpoint: checkpoint === undefined ? null : basename(checkpoint),
    head: head === undefined ? null : basename(head),
    trained: model.trained,
  },
  recordings: recordings.map(recordingJson),
});

const writtenText = (out: readonly string[]): string[] =>
  out.length === 0 ? [] : [`  Wrote ${out.map((path) => basename(path)).join(", ")}`];
