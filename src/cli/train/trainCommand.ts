import { basename, dirname, resolve } from "node:path";
import type { CommandConfig } from "../../train/config/index.ts";
import { parseConfig } from "../../train/config/index.ts";
import { paceOf, progressLine, smooth, startSmoothing } from "../../train/run/progressLine.ts";
import type { TrainingJob, TrainingOutcome, TrainingStart } from "../../train/trainer/node.ts";
import type { TrainedStep } from "../../train/trainer/trainingLoop.ts";
import type { Report } from "../defineCommand.ts";
import type { Effects } from "../effects.ts";
import { choice, type FlagValues, texts, toggle, whole } from "../flags.ts";
import { counted, duration, significant } from "../text.ts";
import { withRanks } from "../withRanks.ts";

export const trainArgs = [
  { name: "config", help: "a YAML file; docs/training.md tells every option" },
  { name: "folder", help: "where the run is kept: new, empty, or the same run as far as it came" },
];

export const trainFlags = {
  set: texts("PATH=VALUE", "change an option of the file: --set optimizer.lr=1e-3; as often as wanted"),
  fresh: toggle("remove what the folder holds of a run, and start anew"),
  provider: choice(["cpu", "webgpu"], "where the graph runs (cpu)"),
  threads: whole("N", "threads of one process (one per core, shared by the processes of a machine)", {
    from: 1,
    to: 1024,
  }),
};

type Given = FlagValues<typeof trainFlags>;

/** Read the configuration of a training. Paths in it are relative to its folder. */
export async function readConfig<T>(
  path: string,
  given: Given,
  command: CommandConfig<T>,
  effects: Effects,
): Promise<T> {
  const text = new TextDecoder().decode(await effects.readFile(path));
  const flags = (["provider", "threads"] as const).flatMap((name) =>
    given[name] === undefined ? [] : [`${name}=${given[name]}`],
  );
  const folder = dirname(path);
  return parseConfig(text, command, {
    name: basename(path),
    set: [...(given.set ?? []), ...flags],
    resolvePath: (relative) => resolve(folder, relative),
  });
}

/** Train with progress, and tell what came of it. */
export async function runTraining(job: TrainingJob, effects: Effects): Promise<Report> {
  effects.allowToFinish();
  const start = effects.now();
  const outcome = await withRanks(effects, (ranks) => {
    const hooks = { ...progressOf(effects), ranks };
    return effects.train(job, hooks).finally(hooks.end);
  });
  const { step, totalSteps, end, best, monitor } = outcome;
  const run = basename(resolve(job.folder));
  if (end === "interrupted" && effects.rank === 0) {
    effects.note(`${run}: stopped after step ${step} of ${totalSteps}; the same command goes on from there`);
  }
  const seconds = (effects.now() - start) / 1000;
  const result = { run, kind: job.kind, step, totalSteps, end, metric: monitor.metric, best, seconds };
  const text = () => outcomeText(job, outcome, seconds);
  return { json: result, text, failed: end === "interrupted" };
}

function outcomeText(
  { kind, folder }: TrainingJob,
  { step, totalSteps, end, best, monitor }: TrainingOutcome,
  seconds: number,
): string[] {
  const early = end === "early" ? `; no better for too long, of at most ${totalSteps}` : "";
  const found =
    best.best === null
      ? "without validation: best.safetensors holds the last weights"
      : `best ${monitor.split} ${monitor.metric} ${significant(best.best)} after step ${best.bestAt}: best.safetensors`;
  const next = `panluna ${kind === "finetune" ? "evaluate" : "runs"} ${folder}`; // as it was typed: a command to copy
  return [
    `${basename(resolve(folder))}: ${counted(step, "step")} in ${duration(seconds)}${early}`,
    found,
    `next: ${next}`,
  ];
}

/** Values that the line of a validation tells; metrics.jsonl has all. */
const MOST_SHOWN = 4;

/** A line that tells loss, rate, learning rate and time left, and one for every validation. */
function progressOf(effects: Effects) {
  const progress = effects.progress("steps");
  const seconds = () => effects.now() / 1000;
  let pace: ReturnType<typeof startSmoothing> | undefined;
  let total = 0;
  let watched = "loss";
  let [windows, waited] = [0, 0];
  return {
    onStart({ step, totalSteps, metric }: TrainingStart) {
      total = totalSteps;
      watched = metric;
      const moment = { step, totalSteps, windows, waited, time: seconds(), loss: Number.NaN, learningRate: Number.NaN };
      pace = startSmoothing(moment);
      if (step > 0 && effects.rank === 0) effects.note(`going on after step ${step} of ${totalSteps}`);
    },
    onStep({ step, loss, lr: learningRate, ...done }: TrainedStep) {
      windows += done.windows;
      waited += done.waited;
      pace = smooth(pace!, { step, totalSteps: total, windows, waited, time: seconds(), loss, learningRate });
      progress.update(step, total, progressLine(paceOf(pace)));
    },
    onValidation(step: number, values: Readonly<Record<string, number>>, improved: boolean) {
      if (effects.rank > 0) return;
      progress.end();
      const told = valuesText(values, watched);
      if (told !== "") effects.note(`step ${step}: validation ${told}${improved ? " (best so far)" : ""}`);
    },
    end: () => progress.end(),
  };
}

/** The loss, the value that says which weights are best, and others. */
function valuesText(values: Readonly<Record<string, number>>, watched: string): string {
  const names = [...new Set(["loss", watched, ...Object.keys(values)])].slice(0, MOST_SHOWN);
  return names.flatMap((name) => (name in values ? [`${name} ${significant(values[name])}`] : [])).join(", ");
}
