import { type ChannelReport, faultOf, type QualityRow } from "../../signal/index.ts";
import { type TrainedTask, taskOutputs } from "../../task/index.ts";
import { type Epoch, epochsOf } from "../epochs.ts";
import { QualityTally } from "../qualityTally.ts";
import type { FeedTensor } from "../session.ts";
import type { RanBatch } from "../windowRunner.ts";
import { AttentionMean } from "./attentionMean.ts";
import { cautionsAfter } from "./cautions.ts";
import type { PredictionPlan } from "./planPrediction.ts";
import type { PredictResult, WindowVerdict } from "./predictResult.ts";
import { decide, summarize } from "./summary.ts";

/** Values of the network that a prediction is made from. */
export const predictedValues = ({ options }: PredictionPlan): string[] =>
  options.attention === true ? ["logits", "cross_attn.scores"] : ["logits"];

/** What the model is. */
interface Predictor {
  readonly task?: TrainedTask;
  /** K */
  readonly width: number;
  readonly trained: boolean;
}

/** Put the batches of a recording together and judge them. */
export async function collectPrediction(
  batches: AsyncIterable<RanBatch>,
  plan: PredictionPlan,
  { task, width, trained }: Predictor,
): Promise<PredictResult> {
  const { contract, options } = plan;
  const logits = new Float32Array(plan.windows * width);
  const attention = options.attention === true ? new AttentionMean() : undefined;
  const tally = new QualityTally(contract);
  const epochs: Epoch[] = [];
  let chain: readonly ChannelReport[] = [];
  for await (const { batch, outputs } of batches) {
    logits.set(outputs.logits.data as Float32Array, epochs.length * width);
    attention?.add(outputs["cross_attn.scores"] as FeedTensor);
    for (const quality of batch.quality) tally.add(quality);
    epochs.push(...epochsOf(batch.windows, batch.quality, options.windowSeconds));
    chain = batch.chainReport;
  }
  const outputs = task && taskOutputs(logits, task);
  const names = contract.used.map(({ name }) => name);
  const windows = epochs.map((epoch, w) => ({
    ...verdictOf(epoch, names),
    ...(task && outputs && { decided: decide(outputs.subarray(w * width, (w + 1) * width), task.spec) }),
  }));
  const counts = windows.map((window) => window.counts);
  const counted = counts.filter(Boolean).length;
  return {
    logits,
    shape: [epochs.length, width],
    epochs,
    contract,
    chain,
    trained,
    windows,
    warnings: [
      ...plan.warnings,
      ...cautionsAfter(tally.channels(), { windows: counted, leftOut: counts.length - counted }),
    ],
    ...(task && outputs && { task, outputs, summary: summarize(outputs, task, counts) }),
    ...(plan.reduced && { reduced: plan.reduced }),
    ...(attention && { attention: attention.mean() }),
  };
}

/** @param names of the used channels */
function verdictOf({ onset, duration, quality }: Epoch, names: readonly string[]): WindowVerdict {
  const isBad = (row: QualityRow) => faultOf(row) !== undefined;
  const flagged = quality.flatMap((row, c) =>
    row.flags.length > 0 ? [{ name: names[c], flags: row.flags, bad: isBad(row) }] : [],
  );
  return { onset, duration, flagged, counts: quality.length === 0 || !quality.every(isBad) };
}
