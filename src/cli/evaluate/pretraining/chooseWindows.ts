import { FormatError, UsageError } from "../../../errors.ts";
import { SPLIT_NAMES, type SplitName, type WindowStore } from "../../../store/index.ts";
import { checkMasks, checkPatches } from "../../../train/pretrain/divideCorpora.ts";
import { masksOf } from "../../../train/pretrain/pretrainFeeds.ts";
import { dataFingerprint } from "../../../train/run/fingerprint.ts";
import { type Corpus, corpusNames, selectRows, splitStores } from "../../../train/sampling/index.ts";
import type { Effects } from "../../effects.ts";
import { counted } from "../../text.ts";
import type { EvaluatedSplit, EvaluateFlags } from "../flags.ts";
import { withText } from "../models.ts";
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
  const sensors = pretraining.sensors.map((own, i) => ({ store: stores[i].name, weight: 1, sensors: own }));
  const { patchSize } = model.sizes;
  const masks = masksOf(masking, patchSize, stores[0].sfreq);
  checkMasks(
    { corpora: sensors.map((each) => ({ ...each, sensors: each.sensors && [...each.sensors] })) },
    stores,
    corpora,
    { masks, patchSize },
  );
  await checkPeople(pretraining, stores, { split, corpora }, effects);
  return { split, corpora };
}

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

/** Names of the people that a run was trained on; none, and a note, where its data is not there any more. */
async function trainedPeople(
  name: string,
  { folders, split }: NonNullable<NonNullable<Pretraining["run"]>["trainedOn"]>,
  effects: Effects,
): Promise<ReadonlySet<string>> {
  const opened: WindowStore[] = [];
  try {
    for (const folder of folders) opened.push(await effects.openStore(folder));
    return new Set(splitStores(opened, await withText(split, effects)).flatMap(({ train }) => train));
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    effects.note(`what ${name} was trained on cannot be read (${error.message}); are these people new to it?`);
    return new Set();
  } finally {
    for (const store of opened) await store.close();
  }
}

function refuseTrained(
  where: string,
  trained: ReadonlySet<string>,
  stores: readonly WindowStore[],
  corpora: readonly Corpus[],
): void {
  const judged = stores.flatMap(({ subjects, windows }, i) =>
    Array.from(corpora[i].rows, (row) => subjects[windows.subject[row]]),
  );
  const known = [...new Set(judged)].filter((subject) => trained.has(subject));
  if (known.length === 0) return;
  throw new UsageError({
    where,
    what: "was trained on people whom it is to be judged on",
    expected: "new people",
    got: `${counted(known.length, "person", "people")} of its training (${known.slice(0, 3).join(", ")})`,
    todo: "Give a split that keeps them out of val and test, or ask for them with --split all",
  });
}
