import type { RecordingOptions } from "../runtime/epochs.ts";
import type { EmbedBatch, PanLuna } from "../runtime/panluna.ts";
import { type ChannelQuality, QualityTally } from "../runtime/qualityTally.ts";
import { layWindows } from "../runtime/windowRunner.ts";
import { type ChannelReport, type Contract, planContract, type Recording } from "../signal/index.ts";

/** Length of a window unless another is asked for, s. */
export const USUAL_WINDOW = 5;

/** A recording whose windows are counted, before anything is computed. */
export interface PlannedRecording {
  readonly path: string;
  /** File name. */
  readonly file: string;
  readonly windows: number;
  readonly contract: Contract;
}

/** What became of one recording; without its embeddings. */
export interface EmbeddedRecording extends PlannedRecording {
  /** Seconds, one per window. */
  readonly onsets: readonly number[];
  readonly chain: readonly ChannelReport[];
  readonly quality: readonly ChannelQuality[];
  readonly warnings: readonly string[];
}

/** @throws ContractError, SignalError where the recording cannot be embedded as asked */
export function planEmbedding(path: string, recording: Recording, options: RecordingOptions): PlannedRecording {
  const contract = planContract(recording.channels, options);
  const { windows } = layWindows(recording, contract, {
    ...options,
    windowSeconds: options.windowSeconds ?? USUAL_WINDOW,
  });
  return { path, file: recording.name, windows: windows.length, contract };
}

/** Embed one recording, batch by batch; only onsets and counts are kept. */
export async function embedRecording(
  model: PanLuna,
  recording: Recording,
  plan: PlannedRecording,
  options: RecordingOptions,
  take: (batch: EmbedBatch) => Promise<void>,
): Promise<EmbeddedRecording> {
  const tally = new QualityTally(plan.contract);
  const onsets: number[] = [];
  let chain: readonly ChannelReport[] = [];
  for await (const batch of model.embedBatches(recording, plan.contract, options)) {
    for (const { onset, quality } of batch.epochs) {
      onsets.push(onset);
      tally.add(quality);
    }
    chain = batch.chain;
    await take(batch);
  }
  return { ...plan, onsets, chain, quality: tally.channels(), warnings: recording.warnings };
}
