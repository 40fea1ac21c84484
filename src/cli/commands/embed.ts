import { basename } from "node:path";
import { UsageError } from "../../errors.ts";
import { type OutputFile, withFiles } from "../../formats/target/node.ts";
import type { RecordingOptions } from "../../runtime/epochs.ts";
import type { EmbedBatch, PanLuna } from "../../runtime/panluna.ts";
import { type Recording, SENSORS } from "../../signal/index.ts";
import type { Communicator } from "../../train/distributed/communicator.ts";
import { everyNth, fromEach } from "../../train/distributed/shares.ts";
import { defineCommand } from "../defineCommand.ts";
import { planTargets, type Target } from "../destination.ts";
import type { Effects, Terminal } from "../effects.ts";
import type { EmbeddingTable } from "../embeddings/index.ts";
import {
  type EmbeddedRecording,
  embedRecording,
  type PlannedRecording,
  planEmbedding,
  USUAL_WINDOW,
} from "../embedRecordings.ts";
import { choice, text } from "../flags.ts";
import { modelOptions, openOptions, recordingOptions, runFlags } from "../recordingFlags.ts";
import { counted, duration, painter, percent, significant, wrap } from "../text.ts";
import { UNTRAINED } from "../untrained.ts";
import { withModel } from "../withModel.ts";
import { withRanks } from "../withRanks.ts";

export const embed = defineCommand({
  name: "embed",
  description:
    "Cut recordings into windows and turn each into one embedding. Rows come in order of time, with onset and duration in seconds.\nA .npy gets a .npy.json beside it that says what its rows are.\nUnder mpirun every process takes its share of the recordings and writes their files.",
  args: [{ name: "files", help: "recordings", many: true }],
  flags: {
    out: text("FILE", "a .npy, .csv or .parquet for all, or a folder (ending in /) for one file each"),
    format: choice(["npy", "csv", "parquet"], "kind of the files in a folder (npy)"),
    ...runFlags,
  },
  examples: [
    ["embed night.edf --out night.npy", "one row per 5 s, times in night.npy.json"],
    [
      "embed *.edf --window 30 --use eeg --out embeddings/ --format parquet",
      "30 s of EEG each, one file per recording",
    ],
    ["embed *.hea --window 10 --hop 5 --out all.csv", "overlapping windows, all recordings in one table"],
  ],
  async run({ args: files, flags }, effects) {
    const targets = await planTargets(files, flags.out, flags.format, effects);
    const options = recordingOptions(flags, effects.signal);
    const open = (path: string) => effects.open(path, openOptions(flags));
    return withRanks(effects, async (ranks) => {
      const own = ownTargets(targets, files, ranks);
      const plans = await planAll(everyNth(files, ranks), open, options, effects);
      return withModel(effects, modelOptions(flags), async (model) => {
        const start = effects.now();
        const run: Run = { model, plans, options, open, effects, checkpoint: flags.checkpoint };
        const recordings = await embedAll(run, own);
        const all = await gather({ recordings, modelSeconds: await model.secondsInModel() }, files, ranks);
        const seconds = (effects.now() - start) / 1000;
        const result = summary(run, targets, all, seconds, ranks.size);
        return { json: result, text: () => summaryText(result, effects.terminal) };
      });
    });
  },
});

/**
 * The files that this rank writes: those of every `size`-th recording.
 * @throws UsageError for several ranks and one file, which they cannot write together
 */
function ownTargets(targets: readonly Target[], files: readonly string[], ranks: Communicator): readonly Target[] {
  if (ranks.size > 1 && targets.length === 1 && files.length > 1) {
    throw new UsageError({
      where: basename(targets[0].path),
      what: `cannot be written by ${ranks.size} processes`,
      expected: "a folder, ending in /, for one file per recording",
    });
  }
  return everyNth(targets, ranks);
}

/** What ranks have done. */
interface Done {
  /** In the order of the command line. */
  readonly recordings: readonly EmbeddedRecording[];
  /** Of all ranks together. */
  readonly modelSeconds: number;
}

async function gather(own: Done, files: readonly string[], ranks: Communicator): Promise<Done> {
  if (ranks.size === 1) return own;
  const each = await fromEach(ranks, own);
  const place = ({ path }: EmbeddedRecording) => files.indexOf(path);
  return {
    recordings: each.flatMap(({ recordings }) => recordings).sort((a, b) => place(a) - place(b)),
    modelSeconds: each.reduce((sum, { modelSeconds }) => sum + modelSeconds, 0),
  };
}

interface Run {
  readonly model: PanLuna;
  readonly plans: readonly PlannedRecording[];
  readonly options: RecordingOptions;
  readonly effects: Effects;
  readonly checkpoint: string | undefined;
  open(path: string): Promise<Recording>;
}

/** All recordings are opened once before anything is computed, so that a bad one shows at once and rows can be counted. */
async function planAll(
  files: readonly string[],
  open: Run["open"],
  options: RecordingOptions,
  { signal }: Effects,
): Promise<PlannedRecording[]> {
  const plans: PlannedRecording[] = [];
  for (const path of files) {
    signal.throwIfAborted();
    const recording = await open(path);
    try {
      plans.push(planEmbedding(path, recording, options));
    } finally {
      await recording.close();
    }
  }
  return plans;
}

/** The recordings of every target, one after the other; without targets, all for their summary alone. */
async function embedAll(run: Run, targets: readonly Target[]): Promise<EmbeddedRecording[]> {
  const progress = run.effects.progress("windows");
  const total = run.plans.reduce((sum, { windows }) => sum + windows, 0);
  let done = 0;
  const tell = (windows: number) => {
    done += windows;
    progress.update(done, total);
  };
  try {
    if (targets.length === 0) return await embedInto(run, run.plans, undefined, tell);
    const results: EmbeddedRecording[] = [];
    for (const target of targets) results.push(...(await writeTarget(run, target, tell)));
    return results;
  } finally {
    progress.end();
  }
}

type Tell = (windows: number) => void;

function writeTarget(run: Run, { path, format, inputs }: Target, tell: Tell): Promise<EmbeddedRecording[]> {
  const { effects, model } = run;
  const plans = run.plans.filter((plan) => inputs.includes(plan.path));
  const paths = format.needsSidecar ? [`${path}.json`, path] : [path]; // the sidecar first: a table is never without
  return withFiles(
    paths.map((p) => effects.createFile(p)),
    async (...files: OutputFile[]) => {
      const file = files.at(-1)!;
      let results: EmbeddedRecording[] = [];
      const rows = plans.reduce((sum, { windows }) => sum + windows, 0);
      const description = () => JSON.stringify(describeRows(run, results), undefined, 1);
      const table = await format.start(file, { rows, width: model.width, description });
      results = await embedInto(run, plans, table, tell);
      await table.finish();
      if (format.needsSidecar) await files[0].write(new TextEncoder().encode(`${description()}\n`));
      return results;
    },
  );
}

async function embedInto(
  run: Run,
  plans: readonly PlannedRecording[],
  table: EmbeddingTable | undefined,
  tell: Tell,
): Promise<EmbeddedRecording[]> {
  const results: EmbeddedRecording[] = [];
  for (const plan of plans) {
    const recording = await run.open(plan.path);
    const take = async ({ embeddings, epochs }: EmbedBatch) => {
      const onsets = epochs.map(({ onset }) => onset);
      await table?.add({ recording: plan.file, onsets, duration: epochs[0].duration, embeddings });
      tell(epochs.length);
    };
    try {
      results.push(await embedRecording(run.model, recording, plan, run.options, take));
    } finally {
      await recording.close();
    }
  }
  return results;
}

/** What the rows of a table are. */
function describeRows(run: Run, recordings: readonly EmbeddedRecording[]) {
  const { model, options, effects, checkpoint } = run;
  const windowSeconds = options.windowSeconds ?? USUAL_WINDOW;
  let row = 0;
  return {
    panluna: effects.version,
    shape: [recordings.reduce((sum, { windows }) => sum + windows, 0), model.width],
    trained: model.trained,
    checkpoint: checkpoint === undefined ? null : basename(checkpoint),
    sizes: model.model.sizes,
    windowSeconds,
    hopSeconds: options.hopSeconds ?? windowSeconds,
    recordings: recordings.map(({ path: _, windows, ...rest }) => {
      row += windows;
      return { ...rest, rows: [row - windows, row] };
    }),
  };
}

type Summary = ReturnType<typeof summary>;

function summary(
  run: Run,
  targets: readonly Target[],
  { recordings, modelSeconds }: Done,
  seconds: number,
  ranks: number,
) {
  const { recordings: described, ...about } = describeRows(run, recordings);
  const windows = about.shape[0];
  return {
    ...about,
    out: targets.map(({ path }) => path),
    ranks,
    windows,
    seconds,
    windowsPerSecond: windows / seconds,
    modelSeconds,
    modelShare: modelSeconds / seconds / ranks,
    recordings: described.map(({ onsets, ...rest }) => ({ ...rest, firstOnset: onsets[0], lastOnset: onsets.at(-1) })),
  };
}

/** Recordings listed one by one; of more, only the sum is told. */
const LISTED = 20;

function summaryText(result: Summary, { columns, color }: Terminal): string[] {
  const paint = painter(color);
  const { recordings, windows, windowSeconds, hopSeconds, seconds } = result;
  const hop = hopSeconds === windowSeconds ? "" : ` every ${significant(hopSeconds)} s`;
  const realTime = (windows * Math.min(hopSeconds, windowSeconds)) / seconds;
  const of = recordings.length === 1 ? recordings[0].file : counted(recordings.length, "recording");
  return [
    paint.bold(`${counted(windows, "window")} of ${significant(windowSeconds)} s${hop} from ${of}`),
    ...wrap(
      `${significant(result.windowsPerSecond)} windows/s, ${significant(realTime)} times real time; ${percent(result.modelShare)} of ${duration(seconds)} in the model`,
      columns,
    ),
    ...recordings.slice(0, LISTED).flatMap((recording) => wrap(recordingLine(recording), columns)),
    ...(recordings.length > LISTED ? [`  and ${counted(recordings.length - LISTED, "more recording")}`] : []),
    ...(result.trained ? [] : wrap(paint.warn(UNTRAINED), columns)),
    result.out.length === 0
      ? "  Nothing was written: name --out FILE.npy, .csv or .parquet."
      : `  Wrote ${result.out.map((path) => basename(path)).join(", ")}: ${result.shape.join(" × ")} float32`,
  ];
}

function recordingLine({ file, rows, contract, quality }: Summary["recordings"][number]): string {
  const used = SENSORS.flatMap((sensor) => {
    const { length } = contract.used.filter((channel) => channel.sensor === sensor);
    return length === 0 ? [] : [`${length} ${sensor.toUpperCase()}`];
  }).join(" + ");
  const flagged = quality
    .filter(({ flags }) => Object.values(flags).some((share) => share >= 0.1))
    .map(({ name }) => name);
  const doubt = flagged.length === 0 ? "" : `; over 10 % of windows flagged on ${flagged.join(", ")}`;
  return `${file}: ${counted(rows[1] - rows[0], "window")}, ${used}${doubt}`;
}
