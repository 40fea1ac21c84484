import { basename } from "node:path";
import type { RecordingPicture } from "../../draw/index.ts";
import type { PanLuna } from "../../runtime/panluna.ts";
import { planPrediction } from "../../runtime/prediction/planPrediction.ts";
import type { PredictOptions, PredictResult } from "../../runtime/prediction/predictResult.ts";
import type { PredictionSummary } from "../../runtime/prediction/summary.ts";
import type { Recording } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";

/** What a task said of a recording, and what a picture of it shows. */
export interface PredictedRecording extends Omit<PredictResult, "task" | "outputs" | "summary" | "epochs" | "logits"> {
  readonly path: string;
  /** File name. */
  readonly file: string;
  readonly task: TrainedTask;
  /** (N, K) */
  readonly outputs: Float64Array;
  readonly summary: PredictionSummary;
  readonly signals?: RecordingPicture;
}

/** A recording whose windows are counted, before anything is computed. */
export interface PlannedRecording {
  readonly path: string;
  readonly windows: number;
}

/** @throws ContractError, SignalError where the recording lacks what the task needs */
export async function planRecording(
  path: string,
  task: TrainedTask,
  options: PredictOptions,
  open: (path: string) => Promise<Recording>,
): Promise<PlannedRecording> {
  const recording = await open(path);
  try {
    return { path, windows: planPrediction(recording, task, options).windows };
  } finally {
    await recording.close();
  }
}

/**
 * Predict one recording.
 * @param drawn whether its signals are needed for a picture, too
 */
export async function predictRecording(
  path: string,
  model: PanLuna,
  options: PredictOptions,
  { drawn, open }: { readonly drawn: boolean; open(path: string): Promise<Recording> },
): Promise<PredictedRecording> {
  const recording = await open(path);
  try {
    const { epochs: _, logits: __, ...result } = await model.predict(recording, options);
    const { task, outputs, summary } = result;
    if (task === undefined || outputs === undefined || summary === undefined)
      throw new TypeError("a model without task");
    const warnings = [...recording.warnings, ...result.warnings];
    const whole = { ...result, path, file: basename(recording.name), task, outputs, summary, warnings };
    if (!drawn) return whole;
    const { pictureOfRecording } = await import("../../draw/index.ts");
    const { signal, range } = options;
    const stretch = { from: range?.from, ...(range?.to !== undefined && { duration: range.to - (range.from ?? 0) }) };
    return { ...whole, signals: await pictureOfRecording(recording, result.contract, { ...stretch, signal }) };
  } finally {
    await recording.close();
  }
}
