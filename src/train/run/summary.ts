import { type Difference, differences } from "./differences.ts";
import type { RunFile } from "./identity.ts";
import type { MetricEntry } from "./metrics.ts";
import type { Monitor } from "./run.ts";

/** A run as it stands on disk. */
export interface RecordedRun {
  /** Tells it from the others it is shown with. */
  readonly name: string;
  readonly file: RunFile;
  readonly entries: readonly MetricEntry[];
}

/** A value and the step at which it was measured. */
export interface Point {
  readonly step: number;
  readonly value: number;
}

export interface RunSummary {
  readonly name: string;
  readonly steps: number;
  /** How often it was started. */
  readonly sessions: number;
  readonly monitor: Monitor;
  readonly best: Point | undefined;
  readonly last: Point | undefined;
  /** Of training, pauses not counted. */
  readonly seconds: number;
  /** Mean over the training entries; NaN where none tells it. */
  readonly windowsPerSecond: number;
}

/** Key under which training entries tell their rate. */
const RATE = "windowsPerSecond";

export function summarizeRun({ name, file, entries }: RecordedRun, metric?: string): RunSummary {
  const monitor = monitorOf(file, metric);
  const points = pointsOf(entries, monitor.split, monitor.metric);
  const better = (a: Point, b: Point) => (monitor.goal === "min" ? b.value < a.value : b.value > a.value);
  const rates = pointsOf(entries, "train", RATE);
  return {
    name,
    steps: entries.reduce((most, { step }) => Math.max(most, step), 0),
    sessions: file.sessions.length,
    monitor,
    best: points.reduce<Point | undefined>((best, p) => (best === undefined || better(best, p) ? p : best), undefined),
    last: points.at(-1),
    seconds: entries.reduce((most, { time }) => Math.max(most, time), 0),
    windowsPerSecond: rates.reduce((sum, { value }) => sum + value, 0) / rates.length,
  };
}

/** Metrics of which less is better. */
const LESS = /loss|error|mae|mse|rmse|ece|brier/i;

/**
 * What a run is judged by.
 * @param metric "auroc" (of the validation) or "test/auroc"; the run's own choice if not given, the loss if it has none
 */
export function monitorOf({ monitor }: Pick<RunFile, "monitor">, metric?: string): Monitor {
  if (metric === undefined) return monitor ?? { split: "val", metric: "loss", goal: "min" };
  const slash = metric.indexOf("/");
  const split = slash < 0 ? (monitor?.split ?? "val") : metric.slice(0, slash);
  const own = metric.slice(slash + 1);
  if (monitor?.metric === own) return { ...monitor, split };
  return { split, metric: own, goal: LESS.test(own) ? "min" : "max" };
}

/** The course of one value; entries without it, or where it is no number, are left out. */
export function pointsOf(entries: readonly MetricEntry[], split: string, metric: string): Point[] {
  return entries.flatMap((entry) => {
    const value = entry.split === split && Object.hasOwn(entry.values, metric) ? entry.values[metric] : Number.NaN;
    return Number.isFinite(value) ? [{ step: entry.step, value }] : [];
  });
}

/** At most `most` points, each the mean of as many as every other (the last of fewer), at their mean step. */
export function thinned(points: readonly Point[], most: number): Point[] {
  const per = Math.ceil(points.length / most);
  if (per <= 1) return [...points];
  return Array.from({ length: Math.ceil(points.length / per) }, (_, i) => {
    const group = points.slice(i * per, (i + 1) * per);
    const mean = (key: keyof Point) => group.reduce((sum, point) => sum + point[key], 0) / group.length;
    return { step: mean("step"), value: mean("value") };
  });
}

/** In what runs differ that makes results differ, or may. */
export const settingsThatDiffer = (runs: readonly RecordedRun[]): Difference[] =>
  differences(
    ...runs.map(({ file: { config, seed, fingerprint, sessions } }) => ({
      config,
      seed,
      data: fingerprint,
      versions: sessions.at(-1)?.versions ?? {},
    })),
  ).map(({ path, values }) => ({ path: path.replace(/^config\./, ""), values }));

/** Metrics that runs tell of a split, sorted. */
export function metricNames(runs: readonly RecordedRun[], split: string): string[] {
  const names = runs.flatMap(({ entries }) =>
    entries.filter((e) => e.split === split).flatMap((e) => Object.keys(e.values)),
  );
  return [...new Set(names)].sort();
}
