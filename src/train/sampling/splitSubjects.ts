import { UsageError } from "../../errors.ts";
import { randomStream } from "../../model/index.ts";
import type { SplitName, WindowStore } from "../../store/index.ts";

/** How people are divided; the configurations' `split`, with the lists of a file in place of its name. */
export type SplitRule =
  | "official"
  | { readonly val: number; readonly test?: number; readonly seed: number }
  | { readonly folds: number; readonly fold: number; readonly seed: number }
  | { readonly subjects: ReadonlyMap<string, SplitName> };

/** Which split each subject is in; one that is in none is left out. */
export type Split = ReadonlyMap<string, SplitName>;

/**
 * Divide the subjects of stores, each subject whole. A draw goes over the names of all stores together, so that a person who is in two of them
 * is on one side; it depends on the seed and the names alone, not on their order.
 * @returns by store
 * @throws UsageError for subjects of the rule that no store has, and where a store assigns nobody
 */
export function splitSubjects(
  stores: readonly Pick<WindowStore, "name" | "subjects" | "officialSplit">[],
  rule: SplitRule,
): Split[] {
  if (rule === "official") return stores.map(officialOf);
  const names = [...new Set(stores.flatMap(({ subjects }) => subjects))];
  const split = "subjects" in rule ? checkKnown(rule.subjects, names) : draw(names, rule);
  return stores.map(() => split);
}

function officialOf({ name, officialSplit }: Pick<WindowStore, "name" | "officialSplit">): Split {
  if (officialSplit.size > 0) return officialSplit;
  throw new UsageError({
    where: name,
    what: "has no official split",
    todo: "Draw one: split: { val: 0.1, test: 0.2 } or { folds: 5, fold: 0 }",
  });
}

function draw(names: readonly string[], rule: Exclude<SplitRule, "official" | { subjects: unknown }>): Split {
  const order = shuffled(names, rule.seed);
  if ("folds" in rule) {
    const { folds, fold } = rule;
    if (names.length < folds) {
      throw new UsageError({
        where: "split.folds",
        what: "more than there are subjects",
        expected: `at most ${names.length}`,
        got: String(folds),
      });
    }
    const validation = (fold + 1) % folds;
    const nameOf = (own: number): SplitName =>
      own === fold ? "test" : own === validation && folds > 2 ? "val" : "train";
    return new Map(order.map((subject, i) => [subject, nameOf(i % folds)]));
  }
  const test = countOf(rule.test ?? 0, names.length);
  const val = countOf(rule.val, names.length);
  return new Map(order.map((subject, i) => [subject, i < test ? "test" : i < test + val ? "val" : "train"]));
}

/** A share of the subjects, at least one where it is not 0. */
const countOf = (share: number, total: number): number => (share === 0 ? 0 : Math.max(1, Math.round(share * total)));

/** Names in the order of numbers that are drawn for each by its name. */
function shuffled(names: readonly string[], seed: number): string[] {
  return names
    .map((name) => ({ name, key: randomStream(seed, `split/${name}`).words(0, 2) }))
    .sort((a, b) => a.key[0] - b.key[0] || a.key[1] - b.key[1] || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

/** @throws UsageError when a file names nobody of the stores: most likely it belongs to other stores */
function checkKnown(subjects: Split, names: readonly string[]): Split {
  if (names.some((name) => subjects.has(name))) return subjects;
  throw new UsageError({
    where: "split.file",
    what: "names no subject of the stores",
    expected: names.slice(0, 3).join(", "),
    got: [...subjects.keys()].slice(0, 3).join(", "),
  });
}
