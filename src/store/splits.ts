import { SignalError, UsageError } from "../errors.ts";
import { randomStream } from "../model/index.ts";
import type { SplitName, WindowStore } from "./windowStore.ts";

/** The subjects of each split, sorted. A subject stands in exactly one. */
export type Split = Readonly<Record<SplitName, readonly string[]>>;

export const SPLIT_NAMES: readonly SplitName[] = ["train", "val", "test"];

/** Shares of the subjects, 0 to 1, together 1. */
export type SplitFractions = Readonly<Record<SplitName, number>>;

/** A property by subject (a class, a site) that every split is to have its share of; subjects without one are a group. */
export type Strata = ReadonlyMap<string, string | number>;

/**
 * Divide subjects at random. The result depends on the seed and on who the subjects are, not on their order.
 * @param strata with it, every split has its share of each group, give or take two subjects
 * @throws UsageError for fractions that are none; SignalError when a split with a share would have no subject
 */
export function splitSubjects(
  subjects: Iterable<string>,
  fractions: SplitFractions,
  seed: number,
  strata?: Strata,
): Split {
  checkFractions(fractions);
  const split: Record<SplitName, string[]> = { train: [], val: [], test: [] };
  const order = shuffled(subjects, seed, strata);
  for (const [i, subject] of order.entries()) {
    const lack = (name: SplitName) => fractions[name] * (i + 1) - split[name].length;
    const next = SPLIT_NAMES.reduce((most, name) => (lack(name) > lack(most) + 1e-9 ? name : most));
    split[next].push(subject);
  }
  for (const name of SPLIT_NAMES) {
    if (fractions[name] > 0 && split[name].length === 0) throw emptySplit(name, fractions[name], order.length);
  }
  return sorted(split);
}

/**
 * Divide subjects into k folds at random, each the test set once. Sizes differ by one at most, also within each group of `strata`.
 * @throws UsageError when there are fewer subjects than folds, or fewer than two folds
 */
export function foldsOf(subjects: Iterable<string>, k: number, seed: number, strata?: Strata): string[][] {
  const order = shuffled(subjects, seed, strata);
  if (!Number.isInteger(k) || k < 2 || k > order.length) {
    const expected = `2 to ${order.length}, the number of subjects`;
    throw new UsageError({ where: "folds", what: "number of folds", expected, got: String(k) });
  }
  return Array.from({ length: k }, (_, fold) => order.filter((_, i) => i % k === fold).sort(byName));
}

/**
 * The split in which a fold is the test set; the next one is for validation, or none.
 * @param validation whether to keep a fold for validation; needs three folds
 */
export function splitOfFold(folds: readonly (readonly string[])[], fold: number, validation = true): Split {
  const k = folds.length;
  if (!Number.isInteger(fold) || fold < 0 || fold >= k || (validation && k < 3)) {
    const expected = validation && k < 3 ? "three folds or more for a validation set" : `0 to ${k - 1}`;
    throw new UsageError({ where: "folds", what: "no such fold", expected, got: `fold ${fold} of ${k}` });
  }
  const val = validation ? (fold + 1) % k : -1;
  const train = folds.filter((_, i) => i !== fold && i !== val).flat();
  return sorted({ train, val: [...(folds[val] ?? [])], test: [...folds[fold]] });
}

/**
 * The split that the dataset itself publishes.
 * @throws SignalError naming a subject that it leaves out
 */
export function officialSplit(store: Pick<WindowStore, "name" | "subjects" | "officialSplit">): Split {
  const split: Record<SplitName, string[]> = { train: [], val: [], test: [] };
  for (const subject of store.subjects) {
    const name = store.officialSplit.get(subject);
    if (name !== undefined) split[name].push(subject);
  }
  checkLeak(split, store.subjects, `${store.name}, official split`);
  return sorted(split);
}

/**
 * Check that every subject stands in exactly one split.
 * @param where what the split is called in a message
 * @throws SignalError naming a subject that stands in two splits, twice in one, in none, or in a split but not among the subjects
 */
export function checkLeak(split: Split, subjects: Iterable<string>, where = "split"): void {
  const known = new Set(subjects);
  const seen = new Map<string, SplitName>();
  const leak = (what: string, todo: string) => new SignalError({ where, what, todo });
  for (const name of SPLIT_NAMES) {
    for (const subject of split[name]) {
      const before = seen.get(subject);
      if (before !== undefined) {
        const twice = before === name ? `twice in ${name}` : `both in ${before} and in ${name}`;
        throw leak(`the subject ${subject} stands ${twice}`, "Results on a subject that was trained on mean nothing");
      }
      if (!known.has(subject))
        throw leak(`${name} has ${subject}, who is no subject of the data`, "Check the spelling");
      seen.set(subject, name);
    }
  }
  for (const subject of known) {
    if (!seen.has(subject)) throw leak(`the subject ${subject} stands in no split`, "Put every subject into one");
  }
}

/** Subjects group by group, in an order within the group that is drawn from the seed and each subject's name. */
function shuffled(subjects: Iterable<string>, seed: number, strata?: Strata): string[] {
  const group = (subject: string) => String(strata?.get(subject) ?? "");
  return [...new Set(subjects)]
    .map((subject) => ({ subject, group: group(subject), key: drawnKey(seed, `split/${subject}`) }))
    .sort((a, b) => byName(a.group, b.group) || a.key - b.key || byName(a.subject, b.subject))
    .map(({ subject }) => subject);
}

/** A number of 53 bits that is drawn from the seed and the purpose alone. */
export function drawnKey(seed: number, purpose: string): number {
  const [high, low] = randomStream(seed, purpose).words(0, 2);
  return high * 2 ** 21 + (low >>> 11);
}

export const byName = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const sorted = ({ train, val, test }: Readonly<Record<SplitName, string[]>>): Split => ({
  train: train.sort(byName),
  val: val.sort(byName),
  test: test.sort(byName),
});

function checkFractions(fractions: SplitFractions): void {
  const shares = SPLIT_NAMES.map((name) => fractions[name]);
  const sum = shares.reduce((total, share) => total + share, 0);
  if (shares.every((share) => share >= 0) && Math.abs(sum - 1) < 1e-9) return;
  const expected = "shares of 0 or more for train, val and test that add up to 1";
  throw new UsageError({ where: "split", what: "fractions", expected, got: JSON.stringify(fractions) });
}

const emptySplit = (name: SplitName, fraction: number, count: number): SignalError =>
  new SignalError({
    where: "split",
    what: `${name} would have no subject`,
    expected: `a share of ${fraction} to be one subject or more`,
    got: `${count} subjects`,
    todo: "Give it a larger share, or use folds",
  });
