import { UsageError } from "../../errors.ts";
import { collectPredictions, outputWidth, type PredictedWindow, type Predictions } from "../../evaluate/index.ts";
import type { Sensor } from "../../signal/index.ts";
import { type ChannelSpec, labelWidth, SPLIT_NAMES, type SplitName, type WindowStore } from "../../store/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import type { ShownStore, TaskPredictions } from "../../train/predict/index.ts";
import { fewerPeople, selectRows, splitStores } from "../../train/sampling/index.ts";
import type { EvaluatedSplit } from "./flags.ts";
import type { JudgedModel } from "./models.ts";

/** The windows that a model is judged on, and those that a baseline may learn from instead of it. */
export interface ChosenWindows {
  readonly judged: readonly ShownStore[];
  /** Of the people of train that the model learned from, and of val where test is judged; none where people would be on both sides. */
  readonly learned: readonly ShownStore[];
}

/**
 * The windows of one split that have a label of the task and at least one of the sensors.
 * @param stores those of the model's folders, in their order
 * @throws UsageError where a store does not have the task, or nothing is left
 */
export function chooseWindows(
  { name, task, rule, people, minQuality }: Pick<JudgedModel, "name" | "task" | "rule" | "people" | "minQuality">,
  stores: readonly WindowStore[],
  { split, sensors = task.sensors }: { readonly split: EvaluatedSplit; readonly sensors?: readonly Sensor[] },
): ChosenWindows {
  for (const store of stores) checkTask(store, task.name);
  const splits =
    split === "all" ? undefined : fewerPeople(stores, splitStores(stores, rule, task.name), task.name, people);
  const of = (names: readonly SplitName[]): ShownStore[] =>
    stores.map((store, i) => {
      const subjects = splits && names.flatMap((each) => splits[i][each]);
      return { store, rows: selectRows(store, { subjects, sensors, task: task.name, minQuality }) };
    });
  const judged = of(split === "all" ? SPLIT_NAMES : [split]);
  if (judged.every(({ rows }) => rows.length === 0)) {
    throw new UsageError({
      where: name,
      what: `there is no window to judge it on in ${split === "all" ? "its stores" : `the split ${split}`}`,
      expected: `windows with a label of ${task.name}${sensors ? ` and ${sensors.join(" or ")}` : ""}`,
      got: splits && SPLIT_NAMES.map((each) => `${each} ${countOf(of([each]))}`).join(", "),
      todo: "Choose another --split, or other sensors",
    });
  }
  return { judged, learned: split === "test" ? of(["train", "val"]) : split === "val" ? of(["train"]) : [] };
}

const countOf = (stores: readonly ShownStore[]): number => stores.reduce((sum, { rows }) => sum + rows.length, 0);

function checkTask({ name, tasks }: WindowStore, task: string): void {
  if (tasks[task] !== undefined) return;
  throw new UsageError({
    where: name,
    what: "has no labels of the task that the model was trained for",
    expected: task,
    got: Object.keys(tasks).join(", ") || "no task",
    todo: "Name the store with --store",
  });
}

/** The sensors that windows have, of those that the model may see. */
export function sensorsIn(stores: readonly ShownStore[], allowed: readonly Sensor[] | undefined): Sensor[] {
  const found = new Set<Sensor>();
  for (const { store, rows } of stores) {
    const layouts = new Set(Array.from(rows, (row) => store.windows.layout[row]));
    for (const l of layouts) for (const { sensor } of store.layouts[l].channels) found.add(sensor);
  }
  return [...found].filter((sensor) => allowed?.includes(sensor) ?? true).sort();
}

/** The rows whose windows have every one of the sensors. */
export function completeRows({ store, rows }: ShownStore, sensors: readonly Sensor[]): ShownStore {
  const complete = store.layouts.map(({ channels }) =>
    sensors.every((sensor) => channels.some((channel) => channel.sensor === sensor)),
  );
  return { store, rows: Array.from(rows).filter((row) => complete[store.windows.layout[row]]) };
}

/** First sample of the middle of a stored window: where the model begins to look. */
const startOf = (store: WindowStore, nTimes: number): number => Math.floor((store.nTimes - nTimes) / 2);

/** What stands in the table of a store about the part of a window that the model sees, with its label of the task. */
export function describeWindow(
  store: WindowStore,
  row: number,
  { name, spec, nTimes }: TrainedTask,
): Omit<PredictedWindow, "output"> {
  const { windows, subjects, recordings, layouts } = store;
  const width = labelWidth(spec);
  const labels = windows.labels.get(name)!.subarray(row * width, (row + 1) * width);
  return {
    subject: subjects[windows.subject[row]],
    recording: recordings[windows.recording[row]],
    onset: windows.onset[row] + startOf(store, nTimes) / store.sfreq,
    layout: layouts[windows.layout[row]].id,
    target: spec.kind === "multilabel" ? [...labels] : labels[0],
  };
}

/** The windows of some stores without an answer: to see whether models are asked about the same ones before any is run. */
export function unanswered(judged: readonly ShownStore[], task: TrainedTask): Predictions {
  const { kind } = task.spec;
  const output = Array.from({ length: outputWidth(task.spec) }, (_, k) => Number(kind !== "regression" && k === 0));
  const windows = judged.flatMap(({ store, rows }) =>
    Array.from(rows, (row) => ({ ...describeWindow(store, row, task), output })),
  );
  return collectPredictions(task.spec, windows);
}

/** What a model said, with what is known of each window: what metrics are computed from. */
export function labelledPredictions(
  said: TaskPredictions,
  task: TrainedTask,
  stores: readonly Pick<ShownStore, "store">[],
): Predictions {
  const width = said.output.length / said.count;
  const windows = Array.from({ length: said.count }, (_, i) => ({
    ...describeWindow(stores[said.store[i]].store, said.row[i], task),
    output: said.output.subarray(i * width, (i + 1) * width),
  }));
  return collectPredictions(task.spec, windows);
}

/** Samples as stored: filtered, in the unit of the channel, not z-scored. */
export interface RawWindows {
  /** (N, C, T), the middle of longer windows. */
  readonly x: Float32Array;
  readonly channels: readonly ChannelSpec[];
}

/** The part of some windows of one layout that the model sees. */
export async function readRaw(
  store: WindowStore,
  rows: readonly number[],
  { nTimes, sensors }: { readonly nTimes: number; readonly sensors?: readonly Sensor[] },
): Promise<RawWindows> {
  const { channels } = store.layouts[store.windows.layout[rows[0]]];
  const raw = await store.read(rows);
  const kept = channels.flatMap(({ sensor }, c) => ((sensors?.includes(sensor) ?? true) ? [c] : []));
  const start = startOf(store, nTimes);
  const x = new Float32Array(rows.length * kept.length * nTimes);
  rows.forEach((_, w) => {
    kept.forEach((channel, c) => {
      const at = (w * channels.length + channel) * store.nTimes + start;
      x.set(raw.subarray(at, at + nTimes), (w * kept.length + c) * nTimes);
    });
  });
  return { x, channels: kept.map((c) => channels[c]) };
}
