import { FormatError, UsageError } from "../../../errors.ts";
import { SPLIT_NAMES, type SplitName, type WindowStore } from "../../../store/index.ts";
import { type PretrainConfig, pretrainConfig } from "../../../train/config/index.ts";
import { checkMasks, checkPatches } from "../../../train/pretrain/divideCorpora.ts";
import { masksOf } from "../../../train/pretrain/pretrainFeeds.ts";
import { dataFingerprint } from "../../../train/run/fingerprint.ts";
import { type Corpus, corpusNames, selectRows, splitStores } from "../../../train/sampling/index.ts";
import type { Effects } from "../../effects.ts";
import { counted } from "../../text.ts";
import type { EvaluatedSplit, EvaluateFlags } from "../flags.ts";
import { checkSameSplit, withText } from "../models.ts";
import type { Pretraining } from "./readPretraining.ts";

/** The windows that a pretraining is judged on. */
export interface JudgedCorpora {
  readonly split: EvaluatedSplit;
  /** Those of each store; may be without windows. */
  readonly corpora: readonly Corpus[];
}

/**
 * The windows of one split; if none is asked for, of the people kept for testing, or where there are none, for validation.
 * @param stores those of the pretraining, in their order
 * @throws UsageError where nothing is left, nothing can be hidden, or people would be judged whom the model was trained on
 */
export async function chooseWindows(
  pretraining: Pretraining,
  stores: readonly WindowStore[],
  flags: EvaluateFlags,
  effects: Effects,
): Promise<JudgedCorpora> {
  const { name, rule, model, masking } = pretraining;
  checkPatches(stores, model.sizes);
  const splits = flags.split === "all" ? undefined : splitStores(stores, rule);
  const corporaOf = (part: SplitName | "all") => partOf(pretraining, stores, (i) => splits?.[i][part as SplitName]);
  const split = flags.split ?? (windowsOf(corporaOf("test")) > 0 ? "test" : "val");
  const corpora = corporaOf(split);
  if (windowsOf(corpora) === 0) {
    throw new UsageError({
      where: name,
      what: `there is no window to judge it on in ${split === "all" ? "its stores" : `the split ${split}`}`,
      got: splits && SPLIT_NAMES.map((each) => `${each} ${windowsOf(corporaOf(each))}`).join(", "),
      todo: "Choose another --split, or other sensors",
    });
  }
  const { patchSize } = model.sizes;
  const masks = masksOf(masking, patchSize, stores[0].sfreq);
  checkMasks(asConfig(pretraining, stores), stores, corpora, { masks, patchSize });
  await checkPeople(pretraining, stores, { split, corpora }, effects);
  return { split, corpora };
}

/** The configuration of a pretraining on the same windows, without what disturbs them. */
const asConfig = ({ sensors }: Pretraining, stores: readonly WindowStore[]): PretrainConfig =>
  pretrainConfig.schema.parse({
    corpora: stores.map(({ name }, i) => ({ store: name, ...(sensors[i] && { sensors: [...sensors[i]] }) })),
  });

/** @param subjectsOf by store; everybody where undefined */
function partOf(
  { sensors, minQuality }: Pretraining,
  stores: readonly WindowStore[],
  subjectsOf: (store: number) => readonly string[] | undefined,
): Corpus[] {
  const names = corpusNames(stores);
  return stores.map((store, i) => {
    const rows = selectRows(store, { subjects: subjectsOf(i), sensors: sensors[i], minQuality });
    return { name: names[i], weight: 1, layout: store.windows.layout, rows };
  });
}

const windowsOf = (corpora: readonly Corpus[]): number => corpora.reduce((sum, { rows }) => sum + rows.length, 0);

/** Say, or refuse, where results say nothing about new people. */
async function checkPeople(
  { name, run }: Pretraining,
  stores: readonly WindowStore[],
  { split, corpora }: JudgedCorpora,
  effects: Effects,
): Promise<void> {
  if (run === undefined)
    return effects.note(`${name} comes without its run; are the people of the split ${split} new to it?`);
  if (split === "train" || split === "all") {
    return effects.note(`${name} has seen these people in training: results say nothing about new people`);
  }
  if (run.trainedOn !== undefined) {
    const trained = await trainedPeople(name, run.trainedOn, effects);
    return refuseTrained(name, trained, stores, corpora);
  }
  if ((await dataFingerprint(stores)) !== run.fingerprint) {
    const what = `${name} was trained on other data than ${stores.map((store) => store.name).join(", ")} holds`;
    effects.note(`${what}; are the people of its split ${split} new to it?`);
  }
  if (split === "val") {
    effects.note(`${name} was chosen by these people's windows: results say nothing about new people`);
  }
}

/** The people that a run was trained on; none, and a note, where its data is not there any more. */
async function trainedPeople(
  name: string,
  { folders, split, digest }: NonNullable<NonNullable<Pretraining["run"]>["trainedOn"]>,
  effects: Effects,
): Promise<ReadonlySet<string>> {
  const stores: WindowStore[] = [];
  try {
    for (const folder of folders) stores.push(await effects.openStore(folder));
    const rule = await withText(split, effects);
    checkSameSplit(name, rule, digest);
    const splits = splitStores(stores, rule);
    return new Set(stores.flatMap((store, i) => splits[i].train.map((subject) => personOf(store, subject))));
  } catch (error) {
    if (!(error instanceof FormatError || error instanceof UsageError)) throw error;
    effects.note(`it is not known whom ${name} was trained on (${error.message}); are these people new to it?`);
    return new Set();
  } finally {
    for (const store of stores) await store.close();
  }
}

/** People of stores of one name are the same where they are called the same; people of other stores are others. */
const personOf = ({ name }: WindowStore, subject: string): string => JSON.stringify([name, subject]);

function refuseTrained(
  where: string,
  trained: ReadonlySet<string>,
  stores: readonly WindowStore[],
  corpora: readonly Corpus[],
): void {
  const known = new Set<string>();
  stores.forEach((store, i) => {
    for (const s of new Set(Array.from(corpora[i].rows, (row) => store.windows.subject[row]))) {
      if (trained.has(personOf(store, store.subjects[s]))) known.add(store.subjects[s]);
    }
  });
  if (known.size === 0) return;
  throw new UsageError({
    where,
    what: "was trained on people whom it is to be judged on",
    expected: "new people",
    got: `${counted(known.size, "person", "people")} of its training (${[...known].slice(0, 3).join(", ")})`,
    todo: "Give a split that keeps them out of val and test, or ask for them with --split all",
  });
}
