import { UsageError } from "../errors.ts";
import { type Label, labelWidth, type TaskSpec } from "../store/index.ts";

/** What a model said of one window, beside what is true. */
export interface PredictedWindow {
  readonly subject: string;
  /** Name of the recording without folders. */
  readonly recording: string;
  /** Seconds from the start of the recording. */
  readonly onset: number;
  /** `Layout.id` of the window. */
  readonly layout: string;
  /** A class index, 0/1 per class ("multilabel") or a value ("regression"). */
  readonly target: Label;
  /** A probability per class (they sum to 1 unless "multilabel"), or one value ("regression"). */
  readonly output: ArrayLike<number>;
}

/** The predictions of a task, one row per window; made by `collectPredictions`, which checks them. */
export interface Predictions {
  readonly task: TaskSpec;
  /** Rows, N. */
  readonly count: number;
  /** Sorted, each with at least one row. */
  readonly subjects: readonly string[];
  /** (N) index into `subjects`. */
  readonly subject: Uint32Array;
  /** (N) names. */
  readonly recording: readonly string[];
  /** (N) s. */
  readonly onset: Float64Array;
  /** (N) layout ids. */
  readonly layout: readonly string[];
  /** (N), or (N, K) for "multilabel". */
  readonly target: Float64Array;
  /** (N, K) probabilities, or (N) values for "regression". */
  readonly output: Float64Array;
}

/** Numbers that the output of one window takes up: a probability per class, or one value. */
export const outputWidth = ({ kind, classes }: TaskSpec): number => (kind === "regression" ? 1 : classes.length);

/** How far the probabilities of a window may be from summing to 1: float32 softmax stays well within. */
const SUM_TOLERANCE = 1e-3;

/** How far rounding may take a probability above 1. */
const ROUNDING = 1e-6;

/**
 * Put windows into columns, in their order; subjects become sorted, so that nothing computed later depends on the order of files.
 * @throws UsageError where a target or an output is not what the task demands, naming the recording and the onset
 */
export function collectPredictions(task: TaskSpec, windows: readonly PredictedWindow[]): Predictions {
  checkTask(task);
  const subjects = [...new Set(windows.map(({ subject }) => subject))].sort();
  const indexOf = new Map(subjects.map((subject, i) => [subject, i]));
  const [targets, outputs] = [labelWidth(task), outputWidth(task)];
  const target = new Float64Array(windows.length * targets);
  const output = new Float64Array(windows.length * outputs);
  windows.forEach((window, i) => {
    const labels = typeof window.target === "number" ? [window.target] : window.target;
    const fault = faultOf(task, labels, window.output);
    if (fault !== undefined) {
      const where = `predictions for ${window.recording}`;
      throw new UsageError({ where, at: `${window.onset} s`, ...fault });
    }
    target.set(labels, i * targets);
    output.set(window.output, i * outputs);
  });
  return {
    task,
    count: windows.length,
    subjects,
    subject: Uint32Array.from(windows, ({ subject }) => indexOf.get(subject)!),
    recording: windows.map(({ recording }) => recording),
    onset: Float64Array.from(windows, ({ onset }) => onset),
    layout: windows.map(({ layout }) => layout),
    target,
    output,
  };
}

/** Row `i` as it was collected. */
export function windowOf(predictions: Predictions, i: number): PredictedWindow {
  const { task, subjects, subject, recording, onset, layout, target, output } = predictions;
  const [targets, outputs] = [labelWidth(task), outputWidth(task)];
  return {
    subject: subjects[subject[i]],
    recording: recording[i],
    onset: onset[i],
    layout: layout[i],
    target: task.kind === "multilabel" ? [...target.subarray(i * targets, (i + 1) * targets)] : target[i],
    output: output.subarray(i * outputs, (i + 1) * outputs),
  };
}

/** Where a window stands, as text: the same for predictions of the same window. */
export const windowKey = ({ subject, subjects, recording, onset }: Predictions, row: number): string =>
  JSON.stringify([subjects[subject[row]], recording[row], onset[row]]);

/** Some rows, in the order given; only their subjects are left. */
export const rowsOfPredictions = (predictions: Predictions, rows: readonly number[]): Predictions =>
  collectPredictions(
    predictions.task,
    rows.map((row) => windowOf(predictions, row)),
  );

/** Classes or labels that the task needs at least, by kind. */
const LEAST_CLASSES = { binary: 2, multiclass: 2, multilabel: 1, regression: 0 } as const;

function checkTask({ kind, title, classes }: TaskSpec): void {
  const fits = classes.length >= LEAST_CLASSES[kind] && (kind !== "binary" || classes.length === 2);
  if (fits && new Set(classes).size === classes.length) return;
  throw new UsageError({
    where: `task ${title}`,
    what: "has the wrong classes",
    expected: kind === "binary" ? "two names" : `at least ${LEAST_CLASSES[kind]} names, each once`,
    got: classes.join(", ") || "none",
  });
}

interface Fault {
  readonly what: string;
  readonly expected: string;
  readonly got: string;
}

function faultOf(task: TaskSpec, target: readonly number[], output: ArrayLike<number>): Fault | undefined {
  const classes = task.classes.length;
  if (target.length !== labelWidth(task) || !target.every((label) => isLabel(task, label))) {
    const expected = { regression: "a finite number", multilabel: `${classes} times 0 or 1` } as const;
    const index = `a class index from 0 to ${classes - 1}`;
    const { kind } = task;
    const wanted = kind === "regression" || kind === "multilabel" ? expected[kind] : index;
    return { what: "the target does not fit the task", expected: wanted, got: listed(target) };
  }
  const values = Array.from(output);
  if (values.length !== outputWidth(task) || !values.every(Number.isFinite)) {
    const expected = `${outputWidth(task)} finite ${outputWidth(task) === 1 ? "number" : "numbers"}`;
    return { what: "the output does not fit the task", expected, got: listed(values) };
  }
  return task.kind === "regression" ? undefined : probabilityFault(task, values);
}

function probabilityFault({ kind }: TaskSpec, values: readonly number[]): Fault | undefined {
  const what = "the output is no probability";
  if (values.some((p) => p < 0 || p > 1 + ROUNDING)) return { what, expected: "0 to 1", got: listed(values) };
  const sum = values.reduce((total, p) => total + p, 0);
  if (kind === "multilabel" || Math.abs(sum - 1) <= SUM_TOLERANCE) return undefined;
  return { what, expected: "a sum of 1 over the classes (a softmax)", got: String(sum) };
}

function isLabel({ kind, classes }: TaskSpec, label: number): boolean {
  if (kind === "regression") return Number.isFinite(label);
  return Number.isInteger(label) && label >= 0 && label < (kind === "multilabel" ? 2 : classes.length);
}

const listed = (values: readonly number[]): string =>
  `${values.length} (${values.slice(0, 8).join(", ")}${values.length > 8 ? ", …" : ""})`;
