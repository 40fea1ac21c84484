import { UsageError } from "../../errors.ts";
import {
  alignFeatures,
  type FeatureTable,
  type LabelledFeatures,
  linearBaseline,
  type Predictions,
  priorBaseline,
  rateBaseline,
  windowFeatures,
} from "../../evaluate/index.ts";
import type { WindowStore } from "../../store/index.ts";
import type { ShownStore } from "../../train/predict/index.ts";
import type { Effects } from "../effects.ts";
import type { BaselineName, EvaluateFlags } from "./flags.ts";
import type { Judged } from "./judge.ts";
import { describeWindow, readRaw } from "./windows.ts";

/** Windows whose features are computed before anything else gets its turn. */
const AT_ONCE = 32;

/** What is said of each in a report. */
export const ABOUT: Readonly<Record<BaselineName, string>> = {
  prior: "what is most frequent among the training subjects, without a look at the window",
  linear: "a linear model on band powers, heart rate and its variability",
  rate: "the heart rate of the R peaks of the ECG, else of the spectral peak of the PPG",
};

/** Features of windows by store and row: the folds of a cross-validation share them. */
type Features = ReadonlyMap<WindowStore, ReadonlyMap<number, FeatureTable>>;

/**
 * What baselines say of the same windows, each trained on the people that the model was trained and chosen on.
 * @returns by baseline, and of each by model
 * @throws UsageError where nobody is left to train on, or a baseline does not fit the task
 */
export async function runBaselines(
  names: readonly BaselineName[],
  models: readonly Judged[],
  flags: EvaluateFlags,
  effects: Effects,
): Promise<{ readonly name: BaselineName; readonly about: string; readonly said: readonly Predictions[] }[]> {
  for (const { task, learned } of models) for (const name of names) checkBaseline(name, task.spec, learned);
  const features = await allFeatures(models, flags, effects);
  const sides = models.map((model) => labelled(model, features));
  return names.map((baseline) => ({
    name: baseline,
    about: ABOUT[baseline],
    said: sides.map(({ train, test }) => predictWith(baseline, train, test)),
  }));
}

function predictWith(name: BaselineName, train: LabelledFeatures, test: LabelledFeatures): Predictions {
  if (name === "prior") return priorBaseline(train, test);
  return name === "rate" ? rateBaseline(train, test) : linearBaseline(train, test).predictions;
}

function checkBaseline(name: BaselineName, spec: Judged["task"]["spec"], learned: readonly ShownStore[]): void {
  if (learned.every(({ rows }) => rows.length === 0)) {
    throw new UsageError({
      where: "--baseline",
      what: "there is nobody to train it on",
      expected: "people in the split train who are not judged",
      todo: "Judge --split test or val of a split with people to train on",
    });
  }
  if (name === "rate" && (spec.kind !== "regression" || spec.unit !== "bpm")) {
    throw new UsageError({
      where: "--baseline rate",
      what: "says heart rates, and the task asks for something else",
      got: spec.unit ?? spec.kind,
    });
  }
}

/** Features of every window that any of the models needs, each computed once. */
async function allFeatures(models: readonly Judged[], flags: EvaluateFlags, effects: Effects): Promise<Features> {
  const [{ task }] = models;
  const { nTimes } = task;
  const wanted = new Map<WindowStore, Set<number>>();
  for (const { store, rows } of models.flatMap(({ judged, learned }) => [...judged, ...learned])) {
    wanted.set(store, new Set([...(wanted.get(store) ?? []), ...Array.from(rows)]));
  }
  const total = [...wanted.values()].reduce((sum, { size }) => sum + size, 0);
  const progress = effects.progress("windows");
  const features = new Map([...wanted.keys()].map((store) => [store, new Map<number, FeatureTable>()]));
  let done = 0;
  try {
    for (const [store, rows] of wanted) {
      for (const chunk of chunksOf(store, [...rows])) {
        effects.signal.throwIfAborted();
        const { x, channels } = await readRaw(store, chunk, { nTimes, sensors: flags.sensors ?? task.sensors });
        const table = windowFeatures(x, channels, nTimes, store.sfreq);
        chunk.forEach((row, i) => void features.get(store)!.set(row, rowOf(table, i)));
        done += chunk.length;
        progress.update(done, total);
        await turn();
      }
    }
  } finally {
    progress.end();
  }
  return features;
}

/** What a baseline learns from, and what it is judged on. */
function labelled({ judged, learned, task }: Judged, features: Features) {
  const rowsOf = (stores: readonly ShownStore[]) =>
    stores.flatMap(({ store, rows }) => Array.from(rows, (row) => ({ store, row })));
  const [train, test] = [rowsOf(learned), rowsOf(judged)];
  const { names, values } = alignFeatures([...train, ...test].map(({ store, row }) => features.get(store)!.get(row)!));
  const split = train.length * names.length;
  const side = (places: typeof train, own: Float64Array): LabelledFeatures => ({
    task: task.spec,
    windows: places.map(({ store, row }) => describeWindow(store, row, task)),
    features: { count: places.length, names, values: own },
  });
  return { train: side(train, values.subarray(0, split)), test: side(test, values.subarray(split)) };
}

const rowOf = ({ names, values }: FeatureTable, i: number): FeatureTable => ({
  count: 1,
  names,
  values: values.subarray(i * names.length, (i + 1) * names.length),
});

/** Let Ctrl-C come in. */
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Rows of one layout together. */
function chunksOf({ windows }: WindowStore, rows: readonly number[]): number[][] {
  const byLayout = new Map<number, number[]>();
  for (const row of rows) {
    const own = byLayout.get(windows.layout[row]) ?? [];
    byLayout.set(windows.layout[row], own);
    own.push(row);
  }
  return [...byLayout.values()].flatMap((own) =>
    Array.from({ length: Math.ceil(own.length / AT_ONCE) }, (_, i) => own.slice(i * AT_ONCE, (i + 1) * AT_ONCE)),
  );
}
