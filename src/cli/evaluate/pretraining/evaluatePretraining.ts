import { basename } from "node:path";
import {
  type ReconstructedExample,
  type ReconstructionSummary,
  reconstructionHtml,
  summarizeReconstruction,
} from "../../../evaluate/index.ts";
import type { WindowStore } from "../../../store/index.ts";
import type { Report } from "../../defineCommand.ts";
import type { Effects } from "../../effects.ts";
import { significant } from "../../text.ts";
import type { EvaluateFlags } from "../flags.ts";
import { writeTogether } from "../reportFiles.ts";
import { chooseWindows, type JudgedCorpora } from "./chooseWindows.ts";
import { fillHidden } from "./fillHidden.ts";
import type { Pretraining } from "./readPretraining.ts";
import { reconstructionText } from "./reconstructionText.ts";

/** What is written into the folder of a report. */
const FILES = ["report.html", "report.json"] as const;

/** All that was found out about a pretraining. */
export interface PretrainingEvaluation extends Pick<JudgedCorpora, "split"> {
  readonly pretraining: Pretraining;
  readonly stores: readonly string[];
  readonly summary: ReconstructionSummary;
}

/**
 * Tell how much of what was hidden a pretrained model explains, per sensor, beside ways that need no training.
 * @throws UsageError where there is nothing to judge it on; the reason of `effects.signal` when it is aborted
 */
export async function evaluatePretraining(
  pretraining: Pretraining,
  flags: EvaluateFlags,
  effects: Effects,
): Promise<Report> {
  const { evaluation, examples } = await judge(pretraining, flags, effects);
  const { output } = flags;
  const json = evaluationJson(evaluation);
  if (output !== undefined) await writeReport(output, evaluation, examples, effects);
  const out = output === undefined ? [] : FILES.map((name) => `${basename(output)}/${name}`);
  return {
    json: { ...json, out },
    text: () => reconstructionText(evaluation, hiddenText(pretraining), out, effects.terminal),
  };
}

async function judge(pretraining: Pretraining, flags: EvaluateFlags, effects: Effects) {
  const stores: WindowStore[] = [];
  try {
    for (const folder of pretraining.folders) stores.push(await effects.openStore(folder));
    const { split, corpora } = await chooseWindows(pretraining, stores, flags, effects);
    const { sums, examples } = await fillHidden(pretraining, stores, corpora, flags, effects);
    const { draws, seed } = flags;
    const options = { ...(draws !== undefined && { draws }), ...(seed !== undefined && { seed }) };
    const used = corpora.filter(({ rows }) => rows.length > 0).map(({ name }) => name);
    const evaluation = { pretraining, split, stores: used, summary: summarizeReconstruction(sums, options) };
    return { evaluation, examples };
  } finally {
    for (const store of stores) await store.close();
  }
}

const evaluationJson = ({ pretraining, split, stores, summary }: PretrainingEvaluation) => ({
  kind: "pretrain",
  model: pretraining.name,
  stores,
  split,
  masking: { ...pretraining.masking, seed: pretraining.seed },
  summary,
});

async function writeReport(
  folder: string,
  evaluation: PretrainingEvaluation,
  examples: readonly ReconstructedExample[],
  effects: Effects,
): Promise<void> {
  const { pretraining, split, stores, summary } = evaluation;
  const page = await reconstructionHtml({
    title: `Reconstruction: ${pretraining.name}`,
    summary,
    hidden: hiddenText(pretraining),
    examples,
    notes: [
      `Windows of ${stores.join(", ")}, split ${split}`,
      `masks of seed ${pretraining.seed}`,
      `panluna ${effects.version}`,
    ],
  });
  const json = { panluna: effects.version, ...evaluationJson(evaluation) };
  await writeTogether(folder, FILES, [page, `${JSON.stringify(json, null, 1)}\n`], effects);
}

/** "50 % of the patches, one by one" */
function hiddenText({ masking: { kind, ratio, blockSeconds } }: Pretraining): string {
  const share = `${significant(100 * ratio)} %`;
  if (kind === "patch") return `${share} of the patches, one by one`;
  return `${share} of the time, in stretches of ${significant(blockSeconds)} s of all channels at once`;
}
