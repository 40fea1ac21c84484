import {
  foldsOf,
  officialSplit,
  readSplits,
  type Split,
  type Strata,
  splitOfFold,
  splitSubjects,
  type WindowStore,
} from "../../store/index.ts";

/** How people are divided: `split` of a configuration, with the text of a file beside its name. */
export type SplitRule =
  | "official"
  | { readonly val: number; readonly test?: number; readonly seed: number }
  | { readonly folds: number; readonly fold: number; readonly seed: number }
  | { readonly file: string; readonly text: string };

type Divided = Pick<WindowStore, "name" | "subjects" | "officialSplit" | "windows" | "tasks">;

/**
 * Divide the people of stores, each person whole. A draw goes over the names of all stores together, so that a person who is in two of them is on one
 * side; a file does so for stores of one dataset, or of all, see `readSplits`. Two folds leave none for validation.
 * @param task its classes are spread evenly where a person has but one
 * @returns by store
 * @throws UsageError, SignalError or FormatError as the store's room says of shares, leaks and files
 */
export function splitStores(stores: readonly Divided[], rule: SplitRule, task?: string): Split[] {
  if (rule === "official") return stores.map(officialSplit);
  if ("text" in rule) return readSplits(rule.text, rule.file, stores);
  const names = [...new Set(stores.flatMap(({ subjects }) => subjects))];
  const strata = task === undefined ? undefined : strataOf(stores, task);
  const split = divide(names, rule, strata);
  return stores.map(() => split);
}

type Draw = Exclude<SplitRule, "official" | { readonly file: string }>;

function divide(names: readonly string[], rule: Draw, strata: Strata | undefined): Split {
  if ("folds" in rule) return splitOfFold(foldsOf(names, rule.folds, rule.seed, strata), rule.fold, rule.folds > 2);
  const { val, test = 0, seed } = rule;
  return splitSubjects(names, { train: 1 - val - test, val, test }, seed, strata);
}

/** The classes that each person has windows of, for tasks of classes that exclude each other. */
export function strataOf(stores: readonly Divided[], task: string): Strata {
  const classes = new Map<string, Set<number>>();
  for (const { subjects, windows, tasks } of stores) {
    const labels = windows.labels.get(task);
    if (labels === undefined || !["binary", "multiclass"].includes(tasks[task]?.kind)) continue;
    for (let row = 0; row < windows.count; row++) {
      if (Number.isNaN(labels[row])) continue;
      const subject = subjects[windows.subject[row]];
      const own = classes.get(subject) ?? new Set();
      classes.set(subject, own.add(labels[row]));
    }
  }
  return new Map([...classes].map(([subject, own]) => [subject, [...own].sort((a, b) => a - b).join()]));
}
