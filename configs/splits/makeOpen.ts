/**
 * Divides the people of every open dataset once and for all, so that no person whom any task validates or tests on is ever trained on, not even without labels:
 * `npx tsx configs/splits/makeOpen.ts STORES` writes open.json beside this file. STORES holds one store per recipe, by the recipe's name.
 *
 * - The people of `samples/` are tested, so that what the clips show is never something learned by heart.
 * - ptbxl: split of ptbxl.json. ptbxl-raw: fold 9, which ptbxl tests, is tested; whoever has a record that ptbxl validates is validated.
 * - The rest is drawn, the classes of a task that people have one of evenly.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { formatSplits, openStore, type Split, splitSubjects, type WindowStore } from "../../src/store/node.ts";

const SEED = 1;

/** Shares of those who are drawn, and who is tested in any case. */
const DRAWN: Readonly<Record<string, { val: number; test: number; tested?: readonly string[]; task?: string }>> = {
  eegmat: { val: 0.15, test: 0.3, tested: ["Subject00"] },
  adhd: { val: 0.12, test: 0.28, task: "adhd" },
  mitdb: { val: 0.17, test: 0.17, tested: ["100"] },
  troika: { val: 0.13, test: 0.25, tested: ["01_TYPE01"] },
  "stress-predict": { val: 0.15, test: 0.3 },
  "muse-erp": { val: 0.1, test: 0.2 },
  "muse-sequence": { val: 0.1, test: 0.2 },
  welltory: { val: 0, test: 0 },
};

/** Patient of the 12-lead clip in `samples/`: record 1 of PTB-XL. */
const SAMPLE_RECORD = "ecg00001";

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("npx tsx configs/splits/makeOpen.ts STORES");

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const ptbxl = JSON.parse(readFileSync(here("ptbxl.json"), "utf8")) as Split;
const splits: Record<string, Split> = {};
for (const [name, rule] of Object.entries(DRAWN)) splits[name] = await withStore(name, (store) => draw(store, rule));
splits["ptbxl"] = ptbxl;
splits["ptbxl-raw"] = await withStore("ptbxl-raw", divideRaw);
writeFileSync(here("open.json"), formatSplits(splits));
for (const [name, { train, val, test }] of Object.entries(splits)) {
  console.log(`${name}: ${train.length} train, ${val.length} val, ${test.length} test`);
}

async function withStore<T>(name: string, work: (store: WindowStore) => T): Promise<T> {
  const store = await openStore(join(folder, name));
  try {
    return work(store);
  } finally {
    await store.close();
  }
}

function draw(store: WindowStore, { val, test, tested = [], task }: (typeof DRAWN)[string]): Split {
  const others = store.subjects.filter((subject) => !tested.includes(subject));
  const fractions = { train: 1 - val - test, val, test };
  const drawn = splitSubjects(others, fractions, SEED, task === undefined ? undefined : classesOf(store, task));
  return { ...drawn, test: [...drawn.test, ...tested].sort() };
}

/** The class of each person, for a task in which a person has one. */
function classesOf({ windows, subjects }: WindowStore, task: string): Map<string, number> {
  const labels = windows.labels.get(task)!;
  return new Map(Array.from(windows.subject, (subject, row) => [subjects[subject], labels[row]]));
}

function divideRaw({ windows, subjects, recordings, officialSplit }: WindowStore): Split {
  const recordsOf = new Map<string, Set<string>>();
  windows.subject.forEach((subject, row) => {
    const own = recordsOf.get(subjects[subject]) ?? new Set();
    recordsOf.set(subjects[subject], own.add(recordings[windows.recording[row]]));
  });
  const split = { train: [] as string[], val: [] as string[], test: [] as string[] };
  for (const subject of [...subjects].sort()) {
    const records = [...recordsOf.get(subject)!];
    const has = (list: readonly string[]) => records.some((record) => list.includes(record));
    const isTested = officialSplit.get(subject) !== "train" || has([...ptbxl.test, SAMPLE_RECORD]);
    split[isTested ? "test" : has(ptbxl.val) ? "val" : "train"].push(subject);
  }
  return split;
}
