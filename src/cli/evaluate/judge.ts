import { UsageError } from "../../errors.ts";
import { type Predictions, rowsOfPredictions } from "../../evaluate/index.ts";
import { panlunaGraph } from "../../model/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import { type Forward, type PredictedStore, predictTask, type TaskPredictions } from "../../train/predict/index.ts";
import type { Effects } from "../effects.ts";
import type { EvaluateFlags } from "./flags.ts";
import type { JudgedModel } from "./models.ts";
import { type ChosenWindows, completeRows, labelledPredictions } from "./windows.ts";

/** A model with the windows that it is judged on. */
export interface Judged extends JudgedModel, ChosenWindows {}

/** Where the samples of a predicted window are. */
export interface Place {
  readonly store: WindowStore;
  readonly row: number;
}

/** What one model said. */
export interface Verdict {
  readonly predictions: Predictions;
  /** Of each row of the predictions. */
  readonly places: readonly Place[];
  /** With fewer sensors, on the windows that have all of them; all sensors first. Empty without an ablation. */
  readonly subsets: readonly { readonly sensors: readonly Sensor[]; readonly predictions: Predictions }[];
}

/** Windows to predict in all, for the progress. */
export const workOf = ({ judged }: ChosenWindows, ablated: readonly Sensor[]): number =>
  count(judged) + (subsetsOf(ablated).length - 1) * count(judged.map((store) => completeRows(store, ablated)));

const count = (stores: readonly PredictedStore[]): number => stores.reduce((sum, { rows }) => sum + rows.length, 0);

/** Every choice of at least one of the sensors, all of them first, large ones before small ones. None of no sensors counts as one. */
export function subsetsOf(sensors: readonly Sensor[]): (readonly Sensor[])[] {
  const all = Array.from({ length: 2 ** sensors.length }, (_, bits) => sensors.filter((_, i) => (bits >> i) & 1));
  const chosen = all.filter(({ length }) => length > 0).sort((a, b) => b.length - a.length);
  return chosen.length === 0 ? [[]] : chosen;
}

/**
 * Let one model predict its windows, and for an ablation those that have all sensors with each part of them.
 * @param ablated the sensors that take turns; none without an ablation
 * @param onWindows told of windows that are done
 */
export async function judge(
  judged: Judged,
  ablated: readonly Sensor[],
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
  const predict = async (stores: readonly PredictedStore[], shown: readonly Sensor[] | undefined) => {
    let before = 0;
    const onProgress = (done: number) => {
      onWindows(done - before);
      before = done;
    };
    const options = { micro, sensors: shown, signal: effects.signal, onProgress };
    return collected(judged, stores, await predictTask(stores, judged.task, forward, options));
  };
  try {
    const whole = await predict(judged.judged, sensors ?? judged.task.sensors);
    if (ablated.length === 0) return { ...whole, subsets: [] };
    const complete = judged.judged.map((store) => completeRows(store, ablated));
    const [, ...parts] = subsetsOf(ablated);
    const subsets = [{ sensors: ablated, predictions: rowsAt(whole, complete) }];
    for (const part of parts) subsets.push({ sensors: part, predictions: (await predict(complete, part)).predictions });
    return { ...whole, subsets };
  } finally {
    await session.close();
  }
}

function collected(
  { task }: Judged,
  stores: readonly PredictedStore[],
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
  stores: readonly PredictedStore[],
): Predictions {
  const wanted = new Map(stores.map(({ store, rows }) => [store, new Set(Array.from(rows))]));
  const rows = places.flatMap(({ store, row }, i) => (wanted.get(store)?.has(row) ? [i] : []));
  return rowsOfPredictions(predictions, rows);
}

/** @throws UsageError where there is nothing to take away */
export function checkAblation(ablated: readonly Sensor[], judged: readonly ChosenWindows[]): void {
  const windows = judged.reduce((sum, each) => sum + count(each.judged.map((s) => completeRows(s, ablated))), 0);
  if (ablated.length > 1 && windows > 0) return;
  throw new UsageError({
    where: "--ablation",
    what: ablated.length > 1 ? "no window has all sensors" : "there is one sensor only, and nothing to leave out",
    got: ablated.join(", "),
  });
}
