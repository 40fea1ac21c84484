import { UsageError } from "../../errors.ts";
import {
  type Ablation,
  ablate,
  type BootstrapOptions,
  type Comparison,
  type Contender,
  compare,
  type ExampleWindow,
  measureRobustness,
  type Predictions,
  type Robustness,
  type SeedScores,
  type Summary,
  scoreSeeds,
  summarize,
} from "../../evaluate/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { WindowStore } from "../../store/index.ts";
import { taskText } from "../../task/index.ts";
import { dataFingerprint } from "../../train/run/fingerprint.ts";
import type { Effects } from "../effects.ts";
import { runBaselines } from "./baselines.ts";
import { exampleWindows } from "./examples.ts";
import type { EvaluatedSplit, EvaluateFlags } from "./flags.ts";
import {
  type Asked,
  checkAblation,
  type Judged,
  judge,
  subsetsOf,
  type Verdict,
  withoutEach,
  workOf,
} from "./judge.ts";
import type { JudgedModel } from "./models.ts";
import { averagesSeeds, type Pool, poolOf, scoredOf } from "./pooled.ts";
import { checkSides, contenderOf, MODEL, type Rival, readRivals } from "./rivals.ts";
import { disturbancesFor, disturbedCurves } from "./robustness.ts";
import { chooseWindows, sensorsIn } from "./windows.ts";

/** All that was found out about some models of one task. */
export interface Evaluation {
  readonly models: readonly Judged[];
  /** What they were put beside. */
  readonly rivals: readonly Rival[];
  readonly sensors: readonly Sensor[];
  readonly predictions: Predictions;
  readonly summary: Summary;
  readonly ablation?: Ablation;
  readonly comparison?: Comparison;
  readonly robustness?: Robustness;
  /** Where the predictions are the mean of those of several seeds. */
  readonly seeds?: SeedScores;
  /** Only where a report is written. */
  readonly examples: readonly ExampleWindow[];
}

/** Models whose answers belong together: those that are judged, or one rival. */
interface Side extends Rival<Judged> {
  readonly pool: Pool;
}

/**
 * Let each model predict the windows that it is judged on, put their predictions together and compute what is reported.
 * @throws UsageError where models are of different tasks or predict the same windows, or rivals others than the model;
 * the reason of `effects.signal` when it is aborted
 */
export async function evaluateModels(
  models: readonly JudgedModel[],
  flags: EvaluateFlags,
  effects: Effects,
): Promise<Evaluation> {
  const rivals = await readRivals(models[0], flags, effects);
  for (const side of [models, ...rivals.map((rival) => rival.models)]) {
    checkOneTask(side);
    checkSensors(side[0], flags);
  }
  const opened = new Map<string, WindowStore>();
  try {
    const all: Rival<Judged>[] = [];
    for (const { name, models: own } of [{ name: MODEL, models }, ...rivals]) {
      const judged: Judged[] = [];
      for (const model of own) judged.push(await withWindows(model, opened, flags, effects));
      all.push({ name, models: judged });
    }
    return await evaluateSides(pooledSides(all, flags), flags, effects);
  } finally {
    for (const store of opened.values()) await store.close();
  }
}

/** @throws UsageError of `checkSides` */
function pooledSides(all: readonly Rival<Judged>[], { averageSeeds }: EvaluateFlags): readonly Side[] {
  const each = all.map(({ models }) => models);
  const sides = all.map((side) => ({
    ...side,
    pool: poolOf(side.models, averageSeeds && averagesSeeds(side.models, each)),
  }));
  checkSides(sides);
  return sides;
}

/** Open the stores of a model, each once for all models. */
async function withWindows(
  model: JudgedModel,
  opened: Map<string, WindowStore>,
  { split = "test", sensors, against }: EvaluateFlags,
  effects: Effects,
): Promise<Judged> {
  const stores: WindowStore[] = [];
  for (const folder of model.folders) {
    const path = (await effects.statPath(folder))?.realPath ?? folder;
    const store = opened.get(path) ?? (await effects.openStore(folder));
    opened.set(path, store);
    stores.push(store);
  }
  const ownData = model.run !== undefined && (await dataFingerprint(stores)) === model.run.fingerprint;
  if (ownData && against !== undefined && (split === "train" || split === "all")) throw trainedOn(model, split);
  if (model.run && !ownData) {
    const what = `${model.name} was trained on other data than ${stores.map(({ name }) => name).join(", ")} holds`;
    effects.note(`${what}; are the people of its split ${split} new to it?`);
  }
  if (model.run && split !== "test") {
    const why = split === "val" ? "was chosen by these people's windows" : "has seen these people in training";
    effects.note(`${model.name} ${why}: results say nothing about new people`);
  }
  return { ...model, ...chooseWindows(model, stores, { split, sensors }) };
}

const trainedOn = ({ name }: JudgedModel, split: EvaluatedSplit) =>
  new UsageError({
    where: "--against",
    what: `${name} was trained on people of the split ${split}: whoever remembers more would win`,
    expected: "people that neither side was trained on",
    got: `--split ${split}`,
    todo: "Leave --split out",
  });

async function evaluateSides(sides: readonly Side[], flags: EvaluateFlags, effects: Effects): Promise<Evaluation> {
  const { draws, seed, output } = flags;
  const options: BootstrapOptions = { ...(draws !== undefined && { draws }), ...(seed !== undefined && { seed }) };
  const [{ models, pool }, ...rivals] = sides;
  const [{ task }] = models;
  const allowed = flags.sensors ?? task.sensors;
  const sensors = sensorsIn(
    models.flatMap(({ judged }) => judged),
    allowed,
  );
  const asked = askedOf(models, sensors, flags);
  const [verdicts, ...others] = await judgeAll(sides, asked, flags, effects);
  const said = verdicts.map((verdict) => verdict.predictions);
  const predictions = pool.predictions(said);
  const bySeed = pool.bySeed(said);
  const places = pool.first.flatMap((i) => verdicts[i].places);
  const contenders = [
    ...rivals.map((rival, i) =>
      contenderOf(
        rival,
        rival.pool,
        others[i].map((verdict) => verdict.predictions),
      ),
    ),
    ...(await baselinesBeside(sides[0], flags, effects)),
  ];
  const model = { name: MODEL, predictions, bySeed: bySeed?.map((each) => each.predictions) };
  const seen = { nTimes: task.nTimes, sensors: allowed };
  return {
    models,
    rivals,
    sensors,
    predictions,
    summary: summarize(predictions, options),
    ...(bySeed && { seeds: scoreSeeds(bySeed, options) }),
    ...(flags.ablation && { ablation: ablate(pooledSubsets(pool, verdicts, asked), options) }),
    ...(flags.robustness && { robustness: robustnessOf(pool, verdicts, options) }),
    ...(contenders.length > 0 && { comparison: compare([model, ...contenders], options) }),
    examples: output === undefined ? [] : await exampleWindows(predictions, places, seen),
  };
}

/** Baselines know no seed, unless the seed decided from whom the models learned: then they are averaged as the models are. */
async function baselinesBeside({ models, pool }: Side, flags: EvaluateFlags, effects: Effects): Promise<Contender[]> {
  if (flags.baseline === undefined) return [];
  const seeded = models.some(({ people }) => people.share < 1);
  const learners = seeded ? models : pool.first.map((i) => models[i]);
  const own = seeded ? pool : poolOf(learners, false);
  const baselines = await runBaselines(flags.baseline, learners, flags, effects);
  return baselines.map(({ name, about, said }) => ({ name, about, ...scoredOf(own, said) }));
}

/** @throws UsageError of `checkAblation` */
function askedOf(models: readonly Judged[], sensors: readonly Sensor[], flags: EvaluateFlags): Asked {
  const { ablation, robustness } = flags;
  if (ablation) checkAblation(sensors, models);
  const stores = models.flatMap(({ judged }) => judged);
  return {
    subsets: ablation ? subsetsOf(sensors) : robustness ? withoutEach(sensors, models) : [],
    disturbances: robustness ? disturbancesFor(stores, flags.sensors ?? models[0].task.sensors) : [],
  };
}

/** What the models of each side say; the first side is asked more. */
async function judgeAll(
  sides: readonly Side[],
  asked: Asked,
  flags: EvaluateFlags,
  effects: Effects,
): Promise<Verdict[][]> {
  const parts = sides.map(({ models }, side) => ({
    models,
    own: side === 0 ? asked : { subsets: [], disturbances: [] },
  }));
  const total = parts
    .flatMap(({ models, own }) => models.map((model) => workOf(model, own, flags)))
    .reduce((sum, windows) => sum + windows, 0);
  const progress = effects.progress("windows");
  let done = 0;
  const onWindows = (count: number) => {
    done += count;
    progress.update(done, total);
  };
  try {
    const verdicts: Verdict[][] = [];
    for (const { models, own } of parts) {
      const said: Verdict[] = [];
      for (const model of models) said.push(await judge(model, own, flags, effects, onWindows));
      verdicts.push(said);
    }
    return verdicts;
  } finally {
    progress.end();
  }
}

/** Each subset of sensors over the windows of all models. */
const pooledSubsets = (pool: Pool, verdicts: readonly Verdict[], { subsets }: Asked) =>
  subsets.map((sensors, i) => ({
    sensors,
    ...scoredOf(
      pool,
      verdicts.map((verdict) => verdict.subsets[i].predictions),
    ),
  }));

function robustnessOf(pool: Pool, verdicts: readonly Verdict[], options: BootstrapOptions): Robustness {
  const disturbed = verdicts.map((verdict) => verdict.disturbed);
  const [first, ...others] = disturbedCurves(
    pool,
    disturbed,
    verdicts.map(({ subsets }) => subsets),
  );
  return measureRobustness([first, ...others], options); // noise is for every window, so there is a first
}

/** @throws UsageError when models were not trained for the same task, sensors and length */
function checkOneTask(models: readonly JudgedModel[]): void {
  const text = ({ task }: JudgedModel) => taskText({ ...task, standardization: undefined });
  const other = models.find((model) => text(model) !== text(models[0]));
  if (other === undefined) return;
  throw new UsageError({
    where: other.name,
    what: `is of another task than ${models[0].name}`,
    expected: text(models[0]),
    got: text(other),
    todo: "Evaluate them one at a time",
  });
}

/** @throws UsageError for sensors that the model was not trained with */
function checkSensors({ name, task }: JudgedModel, { sensors = [] }: EvaluateFlags): void {
  const unknown = sensors.filter((sensor) => !(task.sensors?.includes(sensor) ?? true));
  if (unknown.length === 0) return;
  throw new UsageError({
    where: "--sensors",
    what: `${name} was not trained with ${unknown.join(", ")}`,
    expected: task.sensors?.join(", "),
  });
}
