import type { TaskSpec } from "../store/index.ts";
import { aggregate } from "./aggregate.ts";
import { type BootstrapOptions, bootstrap, DEFAULTS, type MetricEstimate } from "./bootstrap.ts";
import { type ReliabilityBin, reliability } from "./metrics/calibration.ts";
import { type ClassCounts, confusion } from "./metrics/confusion.ts";
import { HEADLINES, METRICS } from "./metrics/index.ts";
import { statisticsOf, type Undefined } from "./metrics/metric.ts";
import { perSubject, type SubjectScore } from "./perSubject.ts";
import type { Predictions } from "./predictions.ts";

/** All metrics of one kind of row. */
export interface LevelSummary {
  /** Windows, recordings or subjects. */
  readonly count: number;
  /** By the metric's name, in the order of reports. */
  readonly metrics: Readonly<Record<string, MetricEstimate>>;
  /** Rows of true class (outer) by decided class; "binary" and "multiclass". */
  readonly confusion?: readonly (readonly number[])[];
  /** By label; "multilabel". */
  readonly labels?: readonly ClassCounts[];
  readonly reliability?: readonly ReliabilityBin[];
}

export type LevelName = "window" | "recording" | "subject";

export const LEVELS: readonly LevelName[] = ["window", "recording", "subject"];

/** Everything that is reported of predictions; plain JSON. */
export interface Summary {
  readonly format: "panluna-evaluation";
  readonly version: 1;
  readonly task: TaskSpec;
  readonly windows: number;
  readonly recordings: number;
  readonly subjects: number;
  /** Intervals are percentiles over draws of subjects. */
  readonly bootstrap: { readonly seed: number; readonly draws: number; readonly level: number };
  /** Names of the metrics that stand first. */
  readonly headline: readonly string[];
  /** Each window, each recording, each subject as one row; why there is none where it makes no sense. */
  readonly levels: Readonly<Record<LevelName, LevelSummary | Undefined>>;
  readonly perSubject: readonly SubjectScore[];
}

/** All metrics of the task per window, per recording and per subject, with intervals. */
export function summarize(predictions: Predictions, options: BootstrapOptions = {}): Summary {
  const { task, count, subjects } = predictions;
  const { seed, draws, level } = { ...DEFAULTS, ...options };
  const recordings = new Set(predictions.recording.map((name, row) => `${predictions.subject[row]} ${name}`)).size;
  const coarser = (by: "recording" | "subject", rows: number): LevelSummary | Undefined => {
    if (rows === count) return { undefined: `every ${by} is one window` };
    if (by === "subject" && rows === recordings) return { undefined: "every subject has one recording" };
    const merged = aggregate(predictions, by);
    return "undefined" in merged ? merged : summarizeLevel(merged, options);
  };
  return {
    format: "panluna-evaluation",
    version: 1,
    task,
    windows: count,
    recordings,
    subjects: subjects.length,
    bootstrap: { seed, draws, level },
    headline: HEADLINES[task.kind].map(({ name }) => name),
    levels: {
      window: summarizeLevel(predictions, options),
      recording: coarser("recording", recordings),
      subject: coarser("subject", subjects.length),
    },
    perSubject: perSubject(predictions),
  };
}

function summarizeLevel(predictions: Predictions, options: BootstrapOptions): LevelSummary {
  const { task, count, subjects } = predictions;
  const metrics = Object.fromEntries(bootstrap(predictions, METRICS[task.kind], options));
  if (task.kind === "regression" || count === 0) return { count, metrics };
  const lookup = statisticsOf(predictions)(new Float64Array(subjects.length).fill(1));
  const { table, classes } = lookup(confusion);
  const size = task.classes.length;
  return {
    count,
    metrics,
    ...(table === undefined
      ? { labels: classes }
      : { confusion: task.classes.map((_, k) => [...table.subarray(k * size, (k + 1) * size)]) }),
    reliability: lookup(reliability),
  };
}
