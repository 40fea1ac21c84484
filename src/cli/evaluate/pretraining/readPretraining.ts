import { basename, join } from "node:path";
import { FormatError, UsageError } from "../../../errors.ts";
import type { Sensor } from "../../../signal/index.ts";
import { type PretrainConfig, pretrainConfig } from "../../../train/config/index.ts";
import { type PretrainedModel, readPretrained } from "../../../train/pretrain/readPretrained.ts";
import { readRunFile } from "../../../train/run/identity.ts";
import type { SplitRule } from "../../../train/sampling/index.ts";
import type { Effects } from "../../effects.ts";
import type { EvaluateFlags } from "../flags.ts";
import { BEST, checkOwnSplit, checkSameSplit, dataOf, givenRule, namesShippedTask, withText } from "../models.ts";

/** A model that fills hidden patches in, and where the windows are that it is judged on. */
export interface Pretraining {
  /** For people: the name of its folder or file. */
  readonly name: string;
  readonly model: PretrainedModel;
  /** Folders of stores. */
  readonly folders: readonly string[];
  /** By store; all sensors where undefined. */
  readonly sensors: readonly (readonly Sensor[] | undefined)[];
  readonly rule: SplitRule;
  readonly minQuality: number;
  /** What is hidden. */
  readonly masking: PretrainConfig["masking"];
  /** Of the masks. */
  readonly seed: number;
  /** Of its run, where it comes from one. */
  readonly run?: {
    /** Of the data that it was trained on. */
    readonly fingerprint: string;
    /** What it was trained on, where it is judged on other stores than that. */
    readonly trainedOn?: {
      readonly folders: readonly string[];
      readonly split: PretrainConfig["split"];
      /** Of the file that the split names, as it was. */
      readonly digest: string | undefined;
    };
  };
}

/** Flags that ask for a task. */
const NEED_TASK = {
  ablation: "--ablation",
  robustness: "--robustness",
  baseline: "--baseline",
  against: "--against",
  averageSeeds: "--average-seeds",
} as const;

/** Flags that say what is hidden. */
const SAY_MASKS = { mask: "--mask", maskKind: "--mask-kind" } as const;

/**
 * The pretraining that was named: the folder of a run, or weights with a reconstruction head and no task.
 * @returns undefined where something else was named
 * @throws UsageError where one is named beside others, or flags do not fit; FormatError, WeightsError of the files
 */
export async function readPretraining(
  paths: readonly string[],
  flags: EvaluateFlags,
  effects: Effects,
): Promise<Pretraining | undefined> {
  const joined = flags.encoder !== undefined || flags.head !== undefined;
  for (const path of joined ? [] : paths) {
    const found = await readOne(path, flags, effects);
    if (found === undefined) continue;
    if (paths.length > 1) {
      const what = "is a pretraining, which has no task in common with others";
      throw new UsageError({ where: found.name, what, todo: "Evaluate it alone" });
    }
    refuseFlags(flags, NEED_TASK, `${found.name} is a pretraining and has no task`);
    return found;
  }
  refuseFlags(flags, SAY_MASKS, "hides patches from pretrainings, and none was named");
  return undefined;
}

/** @throws UsageError when one of the flags is given */
function refuseFlags(
  flags: EvaluateFlags,
  names: Readonly<Partial<Record<keyof EvaluateFlags, string>>>,
  what: string,
): void {
  for (const [key, where] of Object.entries(names)) {
    const value = flags[key as keyof EvaluateFlags];
    if (value !== undefined && value !== false) throw new UsageError({ where, what, todo: "Leave it out" });
  }
}

async function readOne(path: string, flags: EvaluateFlags, effects: Effects): Promise<Pretraining | undefined> {
  if (await namesShippedTask(path, effects)) return undefined;
  const found = await effects.statPath(path);
  if (found?.isFolder !== true) return readWeights(path, flags, effects);
  const hasRun = (await effects.statPath(join(path, "run.json"))) !== undefined;
  return hasRun ? readRun(path, flags, effects) : undefined;
}

async function readWeights(path: string, flags: EvaluateFlags, effects: Effects): Promise<Pretraining | undefined> {
  const name = basename(path);
  const model = readPretrained(await effects.readFile(path), name);
  if (model === undefined) return undefined;
  const data = await dataOf(name, flags, effects);
  const usual = pretrainConfig.schema.parse({ corpora: [{ store: name }] });
  return { name, model, ...data, ...judgedAs(data.folders, usual, flags), seed: 0 };
}

async function readRun(folder: string, flags: EvaluateFlags, effects: Effects): Promise<Pretraining | undefined> {
  const name = basename(folder);
  const text = new TextDecoder().decode(await effects.readFile(join(folder, "run.json")));
  const { config, seed, fingerprint, split } = readRunFile(text, `${name}/run.json`);
  if (!("corpora" in config)) return undefined;
  checkOwnSplit(name, flags);
  const settings = readConfig(config, `${name}/run.json`);
  const own = settings.corpora.map(({ store }) => store);
  const given = givenRule(flags);
  const rule = await withText(given ?? settings.split, effects);
  if (given === undefined) checkSameSplit(name, rule, split);
  return {
    name,
    model: await readBest(folder, name, effects),
    folders: flags.store ?? own,
    ...judgedAs(flags.store, settings, flags),
    rule,
    minQuality: settings.minQuality,
    seed,
    run: { fingerprint, ...(flags.store && { trainedOn: { folders: own, split: settings.split, digest: split } }) },
  };
}

/** @param others stores that are judged instead of those of the configuration */
function judgedAs(
  others: readonly string[] | undefined,
  { corpora, masking }: PretrainConfig,
  { sensors, mask, maskKind }: EvaluateFlags,
): Pick<Pretraining, "sensors" | "masking"> {
  const kind = maskKind ?? masking.kind;
  return {
    sensors: others?.map(() => sensors) ?? corpora.map((corpus) => sensors ?? corpus.sensors),
    masking: { ...masking, kind, ratio: mask ?? masking.ratio },
  };
}

async function readBest(folder: string, name: string, effects: Effects): Promise<PretrainedModel> {
  const path = join(folder, BEST);
  if ((await effects.statPath(path)) === undefined) {
    throw new UsageError({ where: name, what: `has no ${BEST} yet`, todo: "Let it train until its first validation" });
  }
  const model = readPretrained(await effects.readFile(path), `${name}/${BEST}`);
  if (model !== undefined) return model;
  throw new FormatError({ where: `${name}/${BEST}`, what: "has no reconstruction head", todo: "Name another run" });
}

/** @throws FormatError when it is no config of `pretrain` */
function readConfig(config: unknown, where: string): PretrainConfig {
  const result = pretrainConfig.schema.safeParse(config);
  if (result.success) return result.data;
  const [{ path, message }] = result.error.issues;
  throw new FormatError({
    where,
    what: "is not a run of pretrain that this version knows",
    at: `config.${path.join(".")}`,
    got: message,
  });
}
