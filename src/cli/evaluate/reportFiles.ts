import { join } from "node:path";
import { UsageError } from "../../errors.ts";
import { reportHtml, writePredictions } from "../../evaluate/index.ts";
import { withFiles } from "../../formats/target/node.ts";
import type { Effects } from "../effects.ts";
import type { Evaluation } from "./evaluateModels.ts";
import type { EvaluateFlags } from "./flags.ts";
import type { JudgedModel } from "./models.ts";

/** What is written into the folder of a report. */
export const REPORT_FILES = ["report.html", "report.json", "predictions.json"] as const;

/** Everything but the predictions, as JSON. */
export const evaluationJson = (
  { models, rivals, sensors, summary, ablation, comparison, robustness, seeds }: Evaluation,
  flags: EvaluateFlags,
) => ({
  task: models[0].task.name,
  models: models.map(modelJson),
  ...(rivals.length > 0 && {
    rivals: rivals.map((rival) => ({ name: rival.name, models: rival.models.map(modelJson) })),
  }),
  stores: storeNames(models),
  split: flags.split ?? "test",
  sensors,
  summary,
  ...(ablation && { ablation }),
  ...(comparison && { comparison }),
  ...(robustness && { robustness }),
  ...(seeds && { seeds }),
});

const modelJson = ({ name, run }: JudgedModel) => ({ name, ...(run && { seed: run.seed }) });

const storeNames = (models: Evaluation["models"]): string[] => [
  ...new Set(models.flatMap(({ judged }) => judged.map(({ store }) => store.name))),
];

/** @throws UsageError when there is a file where the folder is to be: found out before anything is computed */
export async function checkOutput(folder: string | undefined, effects: Effects): Promise<void> {
  if (folder === undefined) return;
  const found = await effects.statPath(folder);
  if (found === undefined || found.isFolder) return;
  throw new UsageError({
    where: "--output",
    what: "is a file",
    expected: "a folder, new or old",
    todo: "Name another",
  });
}

/** Write the three files of a report together: none appears unless all could be written. */
export async function writeReport(
  folder: string,
  evaluation: Evaluation,
  flags: EvaluateFlags,
  effects: Effects,
): Promise<void> {
  const { predictions, summary, ablation, comparison, robustness, seeds, examples } = evaluation;
  const json = { panluna: effects.version, ...evaluationJson(evaluation, flags) };
  const page = await reportHtml({
    title: titleOf(evaluation, flags),
    predictions,
    summary,
    ablation,
    comparison,
    robustness,
    seeds,
    examples,
    notes: notesOf(evaluation, flags, effects),
  });
  const texts = [page, `${JSON.stringify(json, null, 1)}\n`, writePredictions(predictions)];
  await writeTogether(folder, REPORT_FILES, texts, effects);
}

/** Write the files of a folder, all or none. @param texts by name */
export async function writeTogether(
  folder: string,
  names: readonly string[],
  texts: readonly string[],
  effects: Effects,
): Promise<void> {
  effects.signal.throwIfAborted();
  await effects.makeFolder(folder);
  const files = names.map((name) => effects.createFile(join(folder, name)));
  await withFiles(files, async (...opened) => {
    for (const [i, file] of opened.entries()) await file.write(new TextEncoder().encode(texts[i]));
  });
}

/** "arithmetic: f0", "arithmetic: 5 models, each on people that it was not trained on" */
export function titleOf({ models, seeds }: Evaluation, { split = "test" }: EvaluateFlags): string {
  const [{ name, task }] = models;
  if (models.length === 1) return `${task.name}: ${name}`;
  const count = `${models.length} models${seeds === undefined ? "" : ` of ${seeds.seeds.length} seeds`}`;
  return `${task.name}: ${count}${split === "test" ? ", each on people that it was not trained on" : ""}`;
}

function notesOf({ models, sensors }: Evaluation, { split = "test" }: EvaluateFlags, effects: Effects): string[] {
  const [{ task }] = models;
  const length = task.nTimes / models[0].judged[0].store.sfreq;
  return [
    `Models: ${models.map(({ name }) => name).join(", ")}`,
    `windows of ${Number(length.toFixed(3))} s from ${storeNames(models).join(", ")}, split ${split}`,
    `sensors: ${sensors.map((sensor) => sensor.toUpperCase()).join(", ")}`,
    `panluna ${effects.version}`,
  ];
}
