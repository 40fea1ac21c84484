import { UsageError } from "../../errors.ts";
import type { WindowStore } from "../../store/index.ts";
import type { FinetuneConfig } from "../config/index.ts";
import {
  corpusNames,
  fewerPeople,
  type Plan,
  planSampling,
  type SplitRule,
  selectRows,
  splitStores,
} from "../sampling/index.ts";
import type { LabelledRows } from "./taskLabels.ts";

/** The windows of a fine-tuning. */
export interface TaskData {
  /** Only stores with training windows; corpus i of `plan` is train[i]. */
  readonly train: readonly LabelledRows[];
  /** May be empty. */
  readonly val: readonly LabelledRows[];
  readonly plan: Plan;
}

/**
 * Divide the windows that have a label, and order those that are trained on. Every window counts the same, whatever store it is in.
 * @throws UsageError without windows to train on
 */
export function taskData(stores: readonly WindowStore[], config: FinetuneConfig, rule: SplitRule): TaskData {
  const { task, sensors, minQuality, seed, batch, people } = config;
  const splits = fewerPeople(stores, splitStores(stores, rule, task), task, { share: people, seed });
  const windows = (part: "train" | "val"): LabelledRows[] =>
    stores
      .map((store, i) => ({ store, rows: selectRows(store, { subjects: splits[i][part], sensors, task, minQuality }) }))
      .filter(({ rows }) => rows.length > 0);
  const train = windows("train");
  if (train.length === 0) {
    throw new UsageError({
      where: `task ${task}`,
      what: "has no windows to train on",
      todo: "Check split, sensors and minQuality, and which windows have labels",
    });
  }
  const names = new Map(corpusNames(stores).map((name, i) => [stores[i], name]));
  const corpora = train.map(({ store, rows }) => ({
    name: names.get(store)!,
    weight: rows.length,
    layout: store.windows.layout,
    rows,
  }));
  return {
    train,
    val: windows("val"),
    plan: planSampling(corpora, { seed, windows: batch.windows, micro: batch.micro }),
  };
}
