import { fewerSubjects, type Split, type WindowStore } from "../../store/index.ts";
import { selectRows } from "./selectRows.ts";
import { strataOf } from "./splitStores.ts";

/** What part of the training people is learned from, and who draws them. */
export interface People {
  /** Above 0, at most 1. */
  readonly share: number;
  readonly seed: number;
}

/**
 * Keep a share of the training people who have labels of a task, at least one; the others leave `train` and are in no split. Validation and test stay.
 * They are drawn by name over all stores together, and with one seed those of a smaller share are among those of a larger one. Classes that exclude
 * each other have their share where people have but one, and at least one person each.
 * @param splits by store, as `splitStores` gives them
 * @returns by store; the same splits for a share of 1
 */
export function fewerPeople(
  stores: readonly WindowStore[],
  splits: readonly Split[],
  task: string,
  { share, seed }: People,
): readonly Split[] {
  if (share === 1) return splits;
  const labelled = stores.flatMap((store, i) => peopleWithLabels(store, splits[i].train, task));
  const strata = strataOf(stores, task);
  const oneClassEach = labelled.every((subject) => /^\d+$/.test(String(strata.get(subject))));
  const kept = new Set(fewerSubjects(labelled, { share, seed, strata, everyGroup: oneClassEach }));
  return splits.map((split) => ({ ...split, train: split.train.filter((subject) => kept.has(subject)) }));
}

function peopleWithLabels(store: WindowStore, subjects: readonly string[], task: string): string[] {
  const rows = selectRows(store, { subjects, task });
  return [...new Set(Array.from(rows, (row) => store.windows.subject[row]))].map((s) => store.subjects[s]);
}
