import type { Head, PanlunaSizes, Weights } from "../../model/index.ts";
import type { RoundingScheme } from "../../quant/index.ts";
import type { Feeds } from "../../runtime/session.ts";
import type { MergedAdapters, TrainedTask } from "../../task/index.ts";
import type { EarlyStoppingOptions } from "../earlyStopping.ts";
import type { EngineState, StepEngine, StepUpdate } from "../engine/stepEngine.ts";
import type { LoadedBatch, LoadedMicroBatch, Loader } from "../loader/index.ts";
import type { Monitor } from "../run/run.ts";
import type { Schedule } from "../schedule.ts";
import type { WindowPlace } from "./placeOfWindow.ts";

/** What is trained on what: all that differs between pretraining and fine-tuning. */
export interface TrainingProgram {
  readonly engine: StepEngine;
  /** What this rank computes of each batch. */
  readonly loader: Loader;
  /** Steps of the whole run, if nothing ends it early. */
  readonly totalSteps: number;
  readonly schedule: Schedule;
  readonly optimizer: Omit<StepUpdate, "step" | "lr">;
  /** Names of the losses that a micro-batch gives; one is "loss", which is trained. */
  readonly losses: readonly string[];
  /** Inputs of the gradient graph for a micro-batch. */
  feeds(micro: LoadedMicroBatch, batch: LoadedBatch): Feeds;
  /** Where a window comes from, for errors. */
  placeOf(corpus: number, row: number): WindowPlace;
  /** Steps from validation to validation; there is one after the last step, too. */
  readonly validateEvery: number;
  /** Values on the validation windows, the same on all ranks. Empty where there are no validation windows. */
  validate(signal: AbortSignal | undefined): Promise<Readonly<Record<string, number>>>;
  readonly monitor: Monitor;
  readonly stopping: EarlyStoppingOptions;
  /** The whole model of a state of training: what a checkpoint holds. */
  weightsOf(trained: Weights): Weights;
  /** Plain weights of the model that a state of training stands for: the running mean where one is kept, adapters merged. */
  modelOf(state: EngineState): Weights;
  /** The adapters that `modelOf` merges; undefined without. */
  adaptersOf?(state: EngineState): MergedAdapters | undefined;
  readonly sizes: PanlunaSizes;
  readonly head: Head;
  readonly task?: TrainedTask;
  /** How the network is rounded, where it is. */
  readonly rounding?: RoundingScheme;
}
