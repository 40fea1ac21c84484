import { basename } from "node:path";
import { recipeNames } from "../../datasets/index.ts";
import type { PrepareSettings } from "../../datasets/prepare/index.ts";
import { UsageError } from "../../errors.ts";
import { SENSORS } from "../../signal/index.ts";
import { fromEach } from "../../train/distributed/shares.ts";
import { defineCommand } from "../defineCommand.ts";
import type { Effects } from "../effects.ts";
import { choice, choices, type FlagValues, number, text, whole } from "../flags.ts";
import type { PrepareJob } from "../prepare/job.ts";
import type { PrepareOptions } from "../prepare/prepareDataset.ts";
import { reportText } from "../prepare/reportText.ts";
import { counted } from "../text.ts";
import { withRanks } from "../withRanks.ts";

const flags = {
  recipe: choice(recipeNames(), "how subjects and labels are found (folder: any recordings)"),
  output: text("FOLDER", "where the store is, or goes on"),
  window: number("SECONDS", "length of a window (the recipe's)", { above: 0 }),
  hop: number("SECONDS", "from window to window (the recipe's, or the length of a window)", { above: 0 }),
  sensors: choices(SENSORS, "take only these sensors"),
  dtype: choice(["int16", "float32"], "how samples are stored (int16, with a scale per channel)"),
  qualityMin: number("SHARE", "leave out windows with fewer usable channels (0.5)", { from: 0, to: 1 }),
  workers: whole("N", "threads (one per core)", { from: 1, to: 1024 }),
  limit: whole("N", "only the first N parts", { from: 1 }),
  subject: text("REGEX", 'folder: the person in the path of a file, as a group: "(S\\d+)" (the first folder)'),
  table: text("FILE", "folder: a CSV in it with file, subject, split and one column per task"),
};

export const prepare = defineCommand({
  name: "prepare",
  description:
    "Filter, resample and cut the recordings of a dataset into windows, and put them into a Zarr v3 store with labels, subjects and quality.\nWhat is finished is kept: the same command goes on after Ctrl-C. Windows are not z-scored; that is done when they are read.\nUnder mpirun the processes share the recordings.",
  args: [{ name: "folder", help: "the dataset" }],
  flags,
  examples: [
    [
      "prepare data/eegmat --recipe eegmat --output stores/eegmat",
      "5 s windows of EEG and ECG, with the labels of its tasks",
    ],
    [
      "prepare data/ptbxl --recipe ptbxl --output stores/ptbxl --workers 8",
      "10 s of 12 leads, with the official split",
    ],
    [
      'prepare nights --output stores/nights --window 30 --subject "(P\\d+)" --table labels.csv',
      "recordings of one's own",
    ],
  ],
  async run({ args: [folder], flags: given }, effects) {
    const job = jobOf(folder, given, effects);
    const start = effects.now();
    const { report, ...how } = await withRanks(effects, (ranks) => {
      const { rank, size } = ranks;
      const share = { rank, size, gather: <T>(own: T) => fromEach(ranks, own) };
      return prepareWithProgress(job, { ...given, share: size === 1 ? undefined : share }, effects);
    });
    const seconds = (effects.now() - start) / 1000;
    const result = { store: basename(job.output), recipe: job.recipe, ...how, seconds, ...report };
    return {
      json: result,
      text: () => reportText(result, effects.terminal),
      failed: report.windows === 0,
    };
  },
});

type Given = FlagValues<typeof flags>;

function jobOf(folder: string, given: Given, { version }: Effects): PrepareJob {
  const { output, recipe = "folder", subject, table } = given;
  if (output === undefined) {
    throw new UsageError({ where: "prepare", what: "nowhere to put the store", todo: "Name a folder with --output" });
  }
  const asked: { -readonly [K in keyof PrepareSettings]?: PrepareSettings[K] } = {};
  if (given.window !== undefined) asked.windowSeconds = given.window;
  if (given.hop !== undefined) asked.hopSeconds = given.hop;
  if (given.sensors !== undefined) asked.sensors = given.sensors;
  if (given.dtype !== undefined) asked.samples = given.dtype;
  if (given.qualityMin !== undefined) asked.qualityMin = given.qualityMin;
  return { folder, recipe, options: { subject, table }, settings: asked, output, version };
}

/** @throws the reason of `effects.signal` when it is aborted, after saying how to go on */
async function prepareWithProgress(job: PrepareJob, given: Given & Pick<PrepareOptions, "share">, effects: Effects) {
  const { workers, limit, share } = given;
  const progress = effects.progress("parts");
  let [done, total] = [0, 0];
  const onProgress = (now: number, all: number) => {
    [done, total] = [now, all];
    progress.update(now, all);
  };
  try {
    return await effects.prepareDataset(job, { workers, limit, share, onProgress });
  } catch (error) {
    progress.end();
    const far = `${basename(job.output)}: ${done} of ${counted(total, "part")} done`;
    if (total > 0 && (done > 0 || effects.signal.aborted)) effects.note(`${far}; the same command goes on from there`);
    throw error;
  } finally {
    progress.end();
  }
}
