import { basename, dirname, join } from "node:path";
import { FormatError, UsageError } from "../../errors.ts";
import { modelFromCheckpoint, type PanlunaModel } from "../../model/index.ts";
import { readStateDict } from "../../model/stateDict.ts";
import { attachHead, encoderDigest, readHead, readTaskModel, type TrainedTask } from "../../task/index.ts";
import { type FinetuneConfig, finetuneConfig, type PretrainConfig } from "../../train/config/index.ts";
import { readRunFile } from "../../train/run/identity.ts";
import { digestOf } from "../../train/run/node.ts";
import type { People, SplitRule } from "../../train/sampling/index.ts";
import { isTaskName } from "../../weights/manifest.ts";
import { readShipped } from "../../weights/shipped.ts";
import type { Effects } from "../effects.ts";
import type { EvaluateFlags } from "./flags.ts";

/** A fine-tuned model, and where the windows are that it is judged on. */
export interface JudgedModel {
  /** For people: the name of its folder or file. */
  readonly name: string;
  readonly model: PanlunaModel;
  readonly task: TrainedTask;
  /** Folders of stores. */
  readonly folders: readonly string[];
  readonly rule: SplitRule;
  /** Which of the people of train it learned from. */
  readonly people: People;
  readonly minQuality: number;
  /** Of its run, where it comes from one. */
  readonly run?: {
    readonly seed: number;
    /** Of the data that it was trained on. */
    readonly fingerprint: string;
  };
}

/** Of a split that is not that of a run. */
const EVERYBODY: People = { share: 1, seed: 0 };

/** Weights of a run that did best on its validation subjects. */
export const BEST = "best.safetensors";

/**
 * The models that were named: folders of runs (or folders that hold such), files with weights and task, tasks of the package, or an encoder
 * and a head.
 * @throws UsageError where too little or too much is named; FormatError, WeightsError of the files
 */
export async function readModels(
  paths: readonly string[],
  flags: EvaluateFlags,
  effects: Effects,
): Promise<JudgedModel[]> {
  if (flags.encoder !== undefined || flags.head !== undefined) return [await joinHead(paths, flags, effects)];
  if (paths.length === 0) throw nothingNamed("evaluate", "no model");
  const models: JudgedModel[] = [];
  for (const path of paths) models.push(...(await readModelsAt(path, flags, effects)));
  return withDistinctNames(models);
}

/**
 * Those of one path: a file, the folder of a run, one that holds such, or the name of a task; their names may be the same.
 * @throws as `readModels`
 */
export async function readModelsAt(path: string, flags: EvaluateFlags, effects: Effects): Promise<JudgedModel[]> {
  if (await namesShippedTask(path, effects)) return [await readShippedModel(path, flags, effects)];
  const isFolder = (await effects.statPath(path))?.isFolder === true;
  if (!isFolder) return [await readFileModel(path, flags, effects)];
  const models: JudgedModel[] = [];
  for (const run of await runsIn(path, effects)) models.push(await readRun(run, flags, effects));
  return models;
}

export const nothingNamed = (where: string, what: string) =>
  new UsageError({
    where,
    what,
    expected: "the folder of a run of finetune, a best.safetensors, a task of the package, or --encoder and --head",
    todo: "Name one",
  });

/** Folders of the runs in a folder, which may be one. */
async function runsIn(folder: string, effects: Effects): Promise<string[]> {
  const runs = await effects.findFiles(folder, "run.json");
  if (runs.length === 0) throw nothingNamed(basename(folder), "holds no run");
  return runs.map(dirname);
}

async function readRun(folder: string, flags: EvaluateFlags, effects: Effects): Promise<JudgedModel> {
  const name = basename(folder);
  checkOwnSplit(name, flags);
  const text = new TextDecoder().decode(await effects.readFile(join(folder, "run.json")));
  const { config, seed, fingerprint, split } = readRunFile(text, `${name}/run.json`);
  const settings = readConfig(config, `${name}/run.json`);
  const best = join(folder, BEST);
  if ((await effects.statPath(best)) === undefined) {
    throw new UsageError({
      where: name,
      what: `has no ${BEST} yet`,
      todo: "Let it train until its first validation",
    });
  }
  const given = givenRule(flags);
  const rule = await withText(given ?? settings.split, effects);
  if (given === undefined) checkSameSplit(name, rule, split);
  return {
    name,
    ...readTaskModel(await effects.readFile(best), `${name}/${BEST}`),
    folders: flags.store ?? settings.stores,
    rule,
    people: given === undefined ? { share: settings.people, seed } : EVERYBODY,
    minQuality: settings.minQuality,
    run: { seed, fingerprint },
  };
}

/** @throws UsageError where a run is to be judged on its own stores by another split */
export function checkOwnSplit(where: string, flags: EvaluateFlags): void {
  for (const flag of ["splitFile", "folds", "fold", "val", "test", "splitSeed"] as const) {
    if (flags[flag] === undefined || flags.store !== undefined) continue;
    throw new UsageError({
      where,
      what: "has its own split",
      got: "another one for the same people",
      todo: "Leave the flags of the split out: people that it was trained on must not test it",
    });
  }
}

/** @param before digest of the split file of the training. @throws UsageError where the file says something else now */
export function checkSameSplit(name: string, rule: SplitRule, before: string | undefined): void {
  if (before === undefined || typeof rule === "string" || !("text" in rule)) return;
  if (digestOf({ split: rule.text }) === before) return;
  throw new UsageError({
    where: rule.file,
    what: `was changed after ${name} was trained`,
    expected: "the split of its training: people that it has seen must not test it",
    todo: "Put the file back as it was, or name other stores and their split (--store, --split-file)",
  });
}

/** @throws FormatError when it is no config of `finetune` */
function readConfig(config: unknown, where: string): FinetuneConfig {
  const result = finetuneConfig.schema.safeParse(config);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new FormatError({
    where,
    what: "is not a run of finetune that this version knows",
    at: `config.${path.join(".")}`,
    got: message,
    todo: "Name the folder of a fine-tuning",
  });
}

async function readFileModel(path: string, flags: EvaluateFlags, effects: Effects): Promise<JudgedModel> {
  const name = basename(path);
  const read = readTaskModel(await effects.readFile(path), name);
  return { name, ...read, ...(await dataOf(name, flags, effects)) };
}

/** Whether a path is none, but could be a task that comes with the package. */
export const namesShippedTask = async (path: string, effects: Effects): Promise<boolean> =>
  isTaskName(path) && (await effects.statPath(path)) === undefined;

async function readShippedModel(name: string, flags: EvaluateFlags, effects: Effects): Promise<JudgedModel> {
  const { model, task } = await readShipped(name, (file) =>
    effects.readFile(join(effects.packageFolder, "weights", file)),
  );
  return { name, model, task: task!, ...(await dataOf(name, flags, effects)) };
}

async function joinHead(paths: readonly string[], flags: EvaluateFlags, effects: Effects): Promise<JudgedModel> {
  const { encoder, head, anyEncoder } = flags;
  if (encoder === undefined || head === undefined || paths.length > 0) {
    throw new UsageError({
      where: paths.length > 0 ? basename(paths[0]) : "evaluate",
      what: "an encoder and a head go together, and no other model beside them",
      expected: "--encoder FILE --head FILE",
    });
  }
  const name = basename(head);
  const taskHead = readHead(await effects.readFile(head), name);
  const on = basename(encoder);
  const base = modelFromCheckpoint(readStateDict(await effects.readFile(encoder), on), { name: on });
  const model = attachHead(base, taskHead, { digest: await encoderDigest(base.weights), anyEncoder });
  if (model.sameEncoder === false) effects.note(`${name} was trained on another encoder than ${on}`);
  return { name: `${name} on ${on}`, model, task: taskHead.task, ...(await dataOf(name, flags, effects)) };
}

/** Where the windows of a model without a run come from. */
export async function dataOf(name: string, flags: EvaluateFlags, effects: Effects) {
  if (flags.store === undefined) {
    throw new UsageError({
      where: name,
      what: "comes without its run",
      todo: "Name the stores to judge it on (--store)",
    });
  }
  const rule = await withText(givenRule(flags) ?? "official", effects);
  return { folders: flags.store, rule, people: EVERYBODY, minQuality: 0 };
}

type RuleWithPath = FinetuneConfig["split"] | PretrainConfig["split"];

/** The split that flags ask for. @throws UsageError where they do not go together */
export function givenRule(flags: EvaluateFlags): RuleWithPath | undefined {
  const { splitFile, folds, fold, val, test, splitSeed: seed = 0 } = flags;
  const shares = val !== undefined || test !== undefined;
  const inFolds = folds !== undefined || fold !== undefined;
  if (Number(splitFile !== undefined) + Number(inFolds) + Number(shares) > 1) {
    throw new UsageError({ where: "--split-file", what: "more than one way to divide people", todo: "Give one" });
  }
  if (splitFile !== undefined) return { file: splitFile };
  if (shares) return { val: val ?? 0, test: test ?? 0, seed };
  if (!inFolds) return undefined;
  if (folds === undefined || fold === undefined || fold >= folds) {
    const expected = folds === undefined ? "--folds, too" : `0 to ${folds - 1}`;
    throw new UsageError({ where: "--fold", what: "is not one of the folds", expected, got: String(fold ?? "none") });
  }
  return { folds, fold, seed };
}

export async function withText(rule: RuleWithPath, effects: Effects): Promise<SplitRule> {
  if (typeof rule === "string" || !("file" in rule)) return rule;
  return { file: basename(rule.file), text: new TextDecoder().decode(await effects.readFile(rule.file)) };
}

/** Models of one name get a number. */
export function withDistinctNames(models: readonly JudgedModel[]): JudgedModel[] {
  const names = distinctNames(models.map(({ name }) => name));
  return models.map((model, i) => ({ ...model, name: names[i] }));
}

/** Names that come more than once get a number. */
export const distinctNames = (names: readonly string[]): string[] =>
  names.map((name, i) => {
    if (names.indexOf(name) === names.lastIndexOf(name)) return name;
    return `${name} (${names.slice(0, i + 1).filter((other) => other === name).length})`;
  });
