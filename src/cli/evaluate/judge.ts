import { UsageError } from "../../errors.ts";
import { type Disturbance, type Predictions, rowsOfPredictions } from "../../evaluate/index.ts";
import { panlunaGraph } from "../../model/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import {
  type Disturb,
  type Forward,
  predictTask,
  type ShownStore,
  type TaskPredictions,
} from "../../train/predict/index.ts";
import type { Effects } from "../effects.ts";
import type { EvaluateFlags } from "./flags.ts";
import type { JudgedModel } from "./models.ts";
import { type Disturbed, disturbedRows, disturbWith } from "./robustness.ts";
import { type ChosenWindows, completeRows, labelledPredictions, unanswered } from "./windows.ts";

/** A model with the windows that it is judged on. */
export interface Judged extends JudgedModel, ChosenWindows {}

/** Where the samples of a predicted window are. */
export interface Place {
  readonly store: WindowStore;
  readonly row: number;
}

/** What is asked of a model beside its windows as they are. */
export interface Asked {
  /** Sensors to show on the windows that have all of them; all sensors first. */
  readonly subsets: readonly (readonly Sensor[])[];
  readonly disturbances: readonly Disturbance[];
}

/** What one model said with some of the sensors. */
export interface Subset {
  readonly sensors: readonly Sensor[];
  readonly predictions: Predictions;
}

/** What one model said. */
export interface Verdict {
  readonly predictions: Predictions;
  /** Of each row of the predictions. */
  readonly places: readonly Place[];
  /** As they were asked for. */
  readonly subsets: readonly Subset[];
  readonly disturbed: readonly Disturbed[];
}

/** Windows to predict in all, for the progress. */
export function workOf({ judged, task }: Judged, { subsets, disturbances }: Asked, { sensors }: EvaluateFlags): number {
  const [all = [], ...parts] = subsets;
  const rows = disturbances.map((own) => judged.map((store) => disturbedRows(own, store, sensors ?? task.sensors)));
  const complete = judged.map((store) => completeRows(store, all));
  return [judged, ...parts.map(() => complete), ...rows].reduce((sum, stores) => sum + count(stores), 0);
}

const count = (stores: readonly ShownStore[]): number => stores.reduce((sum, { rows }) => sum + rows.length, 0);

/** Every choice of at least one of the sensors, all of them first, large ones before small ones. */
export function subsetsOf(sensors: readonly Sensor[]): (readonly Sensor[])[] {
  const all = Array.from({ length: 2 ** sensors.length }, (_, bits) => sensors.filter((_, i) => (bits >> i) & 1));
  return all.filter(({ length }) => length > 0).sort((a, b) => b.length - a.length);
}

/** All sensors, and all but one: none where there is one sensor only, or no window with all of them. */
export function withoutEach(sensors: readonly Sensor[], judged: readonly ChosenWindows[]): (readonly Sensor[])[] {
  if (sensors.length < 2 || countComplete(sensors, judged) === 0) return [];
  return subsetsOf(sensors).filter(({ length }) => length >= sensors.length - 1);
}

/**
 * Let one model predict its windows, and whatever else is asked of it.
 * @param onWindows told of windows that are done
 */
export async function judge(
  judged: Judged,
  { subsets: [all = [], ...parts], disturbances }: Asked,
  flags: EvaluateFlags,
  effects: Effects,
  onWindows: (count: number) => void,
): Promise<Verdict> {
  const { provider, threads, batch: micro, sensors } = flags;
  const graph = panlunaGraph(judged.model, { outputs: ["logits"] });
  const session = await effects.createSession(graph, { provider, threads });
  const { warnings = [] } = session;
  for (const warning of warnings) effects.note(warning);
  const forward: Forward = async (feeds) => (await session.run(feeds)).logits;
  const shown = sensors ?? judged.task.sensors;
  const predict = async (stores: readonly ShownStore[], change: { sensors?: readonly Sensor[]; disturb?: Disturb }) => {
    if (count(stores) === 0) return { predictions: unanswered([], judged.task), places: [] }; // other folds may have some
    let before = 0;
    const onProgress = (done: number) => {
      onWindows(done - before);
      before = done;
    };
    const options = { micro, sensors: shown, signal: effects.signal, onProgress, ...change };
    return collected(judged, stores, await predictTask(stores, judged.task, forward, options));
  };
  try {
    const whole = await predict(judged.judged, {});
    const complete = judged.judged.map((store) => completeRows(store, all));
    const subsets: Subset[] = all.length === 0 ? [] : [{ sensors: all, predictions: rowsAt(whole, complete) }];
    for (const part of parts) {
      subsets.push({ sensors: part, predictions: (await predict(complete, { sensors: part })).predictions });
    }
    const disturbed: Disturbed[] = [];
    for (const disturbance of disturbances) {
      const rows = judged.judged.map((store) => disturbedRows(disturbance, store, shown));
      const { predictions } = await predict(rows, { disturb: disturbWith(disturbance, flags.seed ?? 0) });
      disturbed.push({ disturbance, predictions, undisturbed: rowsAt(whole, rows) });
    }
    return { ...whole, subsets, disturbed };
  } finally {
    await session.close();
  }
}

function collected(
  { task }: Judged,
  stores: readonly ShownStore[],
  said: TaskPredictions,
): Pick<Verdict, "predictions" | "places"> {
  const places = Array.from({ length: said.count }, (_, i) => ({
    store: stores[said.store[i]].store,
    row: said.row[i],
  }));
  return { predictions: labelledPredictions(said, task, stores), places };
}

/** What was said of some of the windows. */
function rowsAt(
  { predictions, places }: Pick<Verdict, "predictions" | "places">,
  stores: readonly ShownStore[],
): Predictions {
  const wanted = new Map(stores.map(({ store, rows }) => [store, new Set(Array.from(rows))]));
  const rows = places.flatMap(({ store, row }, i) => (wanted.get(store)?.has(row) ? [i] : []));
  return rowsOfPredictions(predictions, rows);
}

/** @throws UsageError where there is nothing to take away */
export function checkAblation(ablated: readonly Sensor[], judged: readonly ChosenWindows[]): void {
  const windows = countComplete(ablated, judged);
  if (ablated.length > 1 && windows > 0) return;
  throw new UsageError({
    where: "--ablation",
    what: ablated.length > 1 ? "no window has all sensors" : "there is one sensor only, and nothing to leave out",
    got: ablated.join(", "),
  });
}

const countComplete = (sensors: readonly Sensor[], judged: readonly ChosenWindows[]): number =>
  judged.reduce((sum, each) => sum + count(each.judged.map((store) => completeRows(store, sensors))), 0);
