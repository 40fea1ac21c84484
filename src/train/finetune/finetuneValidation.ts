import type { TaskSpec } from "../../store/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import type { FinetuneConfig } from "../config/index.ts";
import type { StepEngine } from "../engine/stepEngine.ts";
import { predictTask, type TaskPredictions } from "../predict/index.ts";
import type { TrainingPlatform } from "../trainer/platform.ts";
import type { LabelledRows, LabelRules } from "./taskLabels.ts";
import { validationLoss } from "./validationLoss.ts";

/** Metrics of predictions beside the loss; which there are is told by those who evaluate. */
export interface TaskScores {
  /** Whether larger values of a metric are better. @throws UsageError for a metric that the task does not have */
  isBetterLarger(metric: string, spec: TaskSpec): boolean;
  measure(
    found: TaskPredictions,
    task: TrainedTask,
    windows: readonly LabelledRows[],
  ): Readonly<Record<string, number>>;
}

/** What the labels of validation windows are compared with. */
export interface TaskContext {
  readonly config: FinetuneConfig;
  readonly task: TrainedTask;
  readonly rules: LabelRules;
  readonly scores: TaskScores;
}

/** Loss and metrics on validation windows, without noise. Gives nothing where there are no windows. */
export function finetuneValidation(
  val: readonly LabelledRows[],
  engine: StepEngine,
  { ranks, startLoader }: TrainingPlatform,
  { config, task, rules, scores }: TaskContext,
): (signal: AbortSignal | undefined) => Promise<Record<string, number>> {
  if (val.length === 0) return async () => ({});
  return async (signal) => {
    const found = await predictTask(
      val,
      task,
      async (feeds) => (await engine.evaluate(feeds, config.ema > 0))["logits"],
      { micro: config.batch.micro, ranks, signal, startLoader },
    );
    return { loss: validationLoss(found.logits, found.target, rules), ...scores.measure(found, task, val) };
  };
}
