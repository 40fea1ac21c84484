import type { PanlunaModel } from "../../model/index.ts";
import type { Loader } from "../loader/index.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import { cosineSchedule, type Schedule } from "../schedule.ts";
import type { TrainingPlatform } from "./platform.ts";
import { type OpenedModel, openTrainedModel, type TrainedModel } from "./trainedModel.ts";

/** A network on an engine and the windows for it: both, or neither. */
export async function openTraining(
  model: TrainedModel,
  platform: TrainingPlatform,
  resumed: Checkpoint | undefined,
  startLoader: () => Loader,
): Promise<OpenedModel & { readonly loader: Loader }> {
  const opened = await openTrainedModel(model, platform, resumed);
  try {
    return { ...opened, loader: startLoader() };
  } catch (error) {
    await opened.engine.close();
    throw error;
  }
}

/** The network of a training that goes on: a checkpoint holds all of it, and what it was started from may be gone. */
export function resumedModel(resumed: Checkpoint | undefined): PanlunaModel | undefined {
  if (resumed?.sizes === undefined || resumed.head === undefined) return undefined;
  return { sizes: resumed.sizes, head: resumed.head, weights: resumed.weights };
}

/** The options of a learning rate as configurations have them. */
export interface ScheduleOptions {
  readonly optimizer: { readonly lr: number };
  /** `warmup` is a share of the steps. */
  readonly schedule: { readonly warmup: number; readonly final: number };
}

export const scheduleOf = ({ optimizer, schedule }: ScheduleOptions, totalSteps: number): Schedule =>
  cosineSchedule({
    peak: optimizer.lr,
    final: schedule.final,
    warmupSteps: Math.round(schedule.warmup * totalSteps),
    totalSteps,
  });
