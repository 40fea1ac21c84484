import { basename } from "node:path";
import { UsageError } from "../../errors.ts";
import type { Contender, Predictions } from "../../evaluate/index.ts";
import { checkSameWindows } from "../../evaluate/sameWindows.ts";
import { describeSpec, type TrainedTask } from "../../task/index.ts";
import type { Effects } from "../effects.ts";
import { counted } from "../text.ts";
import type { EvaluateFlags } from "./flags.ts";
import type { Judged } from "./judge.ts";
import { distinctNames, type JudgedModel, readModelsAt, withDistinctNames } from "./models.ts";
import { type Pool, scoredOf } from "./pooled.ts";
import { unanswered } from "./windows.ts";

/** What the model is put beside: the folds of one cross-validation, several seeds of it, or one run. */
export interface Rival<M extends JudgedModel = JudgedModel> {
  /** Unlike those of other rivals and of baselines. */
  readonly name: string;
  readonly models: readonly M[];
}

/** Name of the model in a comparison. */
export const MODEL = "the model";

/**
 * What `--against` names, one rival per path.
 * @param model the one that they are put beside
 * @throws UsageError for a rival of another task or length; the errors of `readModels`
 */
export async function readRivals(model: JudgedModel, flags: EvaluateFlags, effects: Effects): Promise<Rival[]> {
  const { against = [], baseline = [] } = flags;
  const taken = [MODEL, ...baseline];
  const names = distinctNames([...taken, ...against.map((path) => basename(path))]).slice(taken.length);
  const rivals: Rival[] = [];
  for (const [i, name] of names.entries()) {
    const own = withDistinctNames(await readModelsAt(against[i], flags, effects));
    const models = own.map((each) => ({ ...each, name: each.name === name ? name : `${each.name} of ${name}` }));
    for (const each of models) checkQuestion(each, model);
    rivals.push({ name, models });
  }
  return rivals;
}

/** @throws UsageError unless both are asked the same: their sensors, and what regressions are standardised by, may differ */
function checkQuestion(rival: JudgedModel, model: JudgedModel): void {
  const [expected, got] = [model, rival].map(({ task }) => questionOf(task));
  if (got === expected) return;
  throw new UsageError({
    where: rival.name,
    what: `is of another task than ${model.name}`,
    expected,
    got,
    todo: "Name runs of the same task with --against",
  });
}

const questionOf = ({ name, spec, nTimes }: TrainedTask): string =>
  `${name}, ${describeSpec(spec)}, windows of ${nTimes} samples`;

/**
 * Before anything is run: a side predicts each of its windows once, and a rival those that the model predicts.
 * @throws UsageError of `poolPredictions`, `averageOutputs` and `checkSameWindows`
 */
export function checkSides(
  sides: readonly { readonly name: string; readonly models: readonly Judged[]; readonly pool: Pool }[],
): void {
  const [model, ...rivals] = sides.map(({ name, models, pool }) => ({
    name,
    windows: pool.predictions(models.map(({ judged, task }) => unanswered(judged, task))),
  }));
  for (const { name, windows } of rivals) {
    checkSameWindows(model.windows, windows, { where: name, reference: model.name });
  }
}

/** What a rival said, for the comparison. */
export function contenderOf({ name, models }: Rival, pool: Pool, said: readonly Predictions[]): Contender {
  return { name, about: aboutRival(models), ...scoredOf(pool, said) };
}

/** "3 runs of seeds 1, 2, 3 that see ECG". */
function aboutRival(models: readonly JudgedModel[]): string {
  const seeds = [...new Set(models.flatMap(({ run }) => run?.seed ?? []))];
  const [{ task }] = models;
  const what = `${counted(models.length, "trained model")}${seeds.length === 0 ? "" : ` of ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`}`;
  return task.sensors === undefined
    ? what
    : `${what} on ${task.sensors.map((sensor) => sensor.toUpperCase()).join(", ")}`;
}
