import { UsageError } from "../../errors.ts";
import { isDefined, METRICS, measure } from "../../evaluate/index.ts";
import type { TaskScores } from "../../train/finetune/finetuneValidation.ts";
import { labelledPredictions } from "../evaluate/windows.ts";

/** The metrics of `panluna evaluate`, for validation while training: those that are not defined for the windows are NaN. */
export const taskScores: TaskScores = {
  isBetterLarger(name, { kind }) {
    const metrics = METRICS[kind];
    const metric = metrics.find((m) => m.name === name);
    if (metric !== undefined && metric.better !== "zero") return metric.better === "higher";
    throw new UsageError({
      where: "earlyStopping.metric",
      what: `is nothing that can improve in a ${kind} task`,
      expected: ["loss", ...metrics.flatMap((m) => (m.better === "zero" ? [] : [m.name]))].join(", "),
      got: name,
    });
  },
  measure(found, task, stores) {
    const metrics = METRICS[task.spec.kind];
    const scores = measure(labelledPredictions(found, task, stores), metrics);
    return Object.fromEntries(metrics.map(({ name }, i) => [name, numberOf(scores[i].score)]));
  },
};

const numberOf = (score: Parameters<typeof isDefined>[0]): number => (isDefined(score) ? score : Number.NaN);
