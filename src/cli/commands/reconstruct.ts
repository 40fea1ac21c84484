import { basename, extname } from "node:path";
import { UsageError } from "../../errors.ts";
import type { PanLuna } from "../../runtime/panluna.ts";
import type { Reconstruction } from "../../runtime/reconstruct.ts";
import type { Recording } from "../../signal/index.ts";
import { defineCommand } from "../defineCommand.ts";
import { refuseInput } from "../destination.ts";
import type { Effects, Terminal } from "../effects.ts";
import { type FlagValues, list, number, whole } from "../flags.ts";
import { RECONSTRUCTION_FILES, writeReconstruction } from "../reconstructionFiles.ts";
import { modelOptions, openOptions, recordingOptions, runFlags } from "../recordingFlags.ts";
import { counted, painter, percent, significant, table, wrap } from "../text.ts";
import { UNTRAINED } from "../untrained.ts";
import { withModel } from "../withModel.ts";

/** Windows reconstructed unless another number is asked for: all of them stand in memory. */
const USUAL_WINDOWS = 16;

const flags = {
  mask: number("SHARE", "share of patches to hide, 0 to 1 (0.5)", { from: 0, to: 1 }),
  maskChannels: list("NAME,…", "hide these channels whole instead: what does the rest know of them?"),
  seed: whole("N", "of the random patches (0)", { from: 0, to: 2 ** 32 - 1 }),
  windows: whole("N", `windows to reconstruct, from the start (${USUAL_WINDOWS})`, { from: 1 }),
  out: list(
    "FILE,…",
    "pictures (.svg, .png), numbers (.npy: window, [original, reconstruction, hidden], channel, time; .json)",
  ),
  show: whole("N", "window drawn in pictures, counted from 0 (0)", { from: 0 }),
  ...runFlags,
};

type ReconstructFlags = FlagValues<typeof flags>;

export const reconstruct = defineCommand({
  name: "reconstruct",
  description:
    "Hide parts of each window, let the model fill them in, and tell how much of the hidden samples' variance it explains.",
  args: [{ name: "file", help: "a recording" }],
  flags,
  examples: [
    ["reconstruct night.edf --out night.svg", "half of the patches hidden, as a picture"],
    ["reconstruct a.edf --mask-channels CZ,PZ --windows 100 --json", "two channels from all the others"],
  ],
  async run({ args: [file], flags }, effects) {
    if (flags.mask !== undefined && flags.maskChannels !== undefined) {
      throw new UsageError({
        where: "--mask-channels",
        what: "cannot be had together with --mask",
        todo: "Give one of them",
      });
    }
    for (const path of flags.out ?? []) await checkOut(path, file, effects);
    const recording = await effects.open(file, openOptions(flags));
    try {
      const result = await withModel(effects, modelOptions(flags), (model) => run(model, recording, flags, effects));
      const out = await writeAll(result, recording.name, flags.out ?? [], flags.show, effects);
      const summary = summaryOf(result, recording.name, out);
      return { json: summary, text: () => summaryText(summary, effects.terminal) };
    } finally {
      await recording.close();
    }
  },
});

async function run(
  model: PanLuna,
  recording: Recording,
  flags: ReconstructFlags,
  effects: Effects,
): Promise<Reconstruction> {
  const maxWindows = flags.windows ?? USUAL_WINDOWS;
  const progress = effects.progress("windows");
  try {
    return await model.reconstruct(recording, {
      ...recordingOptions(flags, effects.signal),
      batchSize: Math.min(flags.batch ?? 16, maxWindows),
      maskRatio: flags.mask,
      maskChannels: flags.maskChannels,
      seed: flags.seed,
      maxWindows,
      onProgress: (done, total) => progress.update(Math.min(done, maxWindows), Math.min(total, maxWindows)),
    });
  } finally {
    progress.end();
  }
}

async function checkOut(path: string, input: string, effects: Effects): Promise<void> {
  const extension = extname(path).toLowerCase();
  if (!RECONSTRUCTION_FILES.includes(extension)) {
    const expected = `a name with ${RECONSTRUCTION_FILES.join(", ")}`;
    throw new UsageError({
      where: "--out",
      what: "is no file for a reconstruction",
      expected,
      got: extension || "none",
    });
  }
  await refuseInput(path, [input], effects);
}

async function writeAll(
  result: Reconstruction,
  file: string,
  paths: readonly string[],
  show: number | undefined,
  effects: Effects,
): Promise<string[]> {
  for (const path of paths) await writeReconstruction(effects, path, result, { window: show, title: file });
  return paths.map((path) => basename(path));
}

const summaryOf = (result: Reconstruction, file: string, out: readonly string[]) => ({
  file,
  trained: result.trained,
  windows: result.shape[0],
  windowSeconds: result.epochs[0].duration,
  hiddenShare: result.mask.reduce((sum, hidden) => sum + hidden, 0) / result.mask.length,
  channels: result.contract.used.map(({ name, sensor }, c) => ({ name, sensor, explained: result.explained[c] })),
  substituted: result.substituted,
  contract: result.contract,
  out,
});

function summaryText(summary: ReturnType<typeof summaryOf>, { columns: width, color }: Terminal): string[] {
  const paint = painter(color);
  const { file, windows, windowSeconds, hiddenShare, channels, substituted, trained, out } = summary;
  const rows = channels.map(({ name, sensor, explained }) => [
    name,
    sensor.toUpperCase(),
    Number.isNaN(explained) ? "nothing hidden" : explained.toFixed(3).replace(/^-(?=0\.000$)/, ""),
  ]);
  const columns = [{ title: "channel" }, { title: "sensor" }, { title: "explained variance", right: true }];
  return [
    paint.bold(
      `${counted(windows, "window")} of ${significant(windowSeconds)} s from ${file}, ${percent(hiddenShare)} hidden`,
    ),
    ...table(columns, rows, { width, paint }),
    ...wrap("1: the hidden samples are reconstructed exactly; 0: as good as their mean; below 0: worse.", width),
    ...substituted.flatMap(({ name, takenFrom }) =>
      wrap(`${name} has no row in the table of channel names; that of its neighbour ${takenFrom} was taken.`, width),
    ),
    ...(trained ? [] : wrap(paint.warn(UNTRAINED), width)),
    ...(out.length === 0 ? [] : [`  Wrote ${out.join(", ")}`]),
  ];
}
