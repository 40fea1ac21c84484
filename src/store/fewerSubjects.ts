import { UsageError } from "../errors.ts";
import { byName, drawnKey, type Strata } from "./splits.ts";

/** How many subjects, and who. */
export interface FewerSubjectsOptions {
  /** Above 0, at most 1. */
  readonly share: number;
  readonly seed: number;
  /** Each group has its share, give or take one subject. */
  readonly strata?: Strata;
  /** At least one subject of each group, even if those are more than the share. */
  readonly everyGroup?: boolean;
}

/**
 * Draw a share of subjects, at least one. The result depends on the seed and on who the subjects are, not on their order; with one seed, the subjects of
 * a smaller share are among those of a larger one.
 * @returns sorted
 * @throws UsageError for a share that is none
 */
export function fewerSubjects(subjects: Iterable<string>, options: FewerSubjectsOptions): string[] {
  const { share, seed, strata, everyGroup = false } = options;
  if (!(share > 0 && share <= 1)) {
    throw new UsageError({
      where: "share of subjects",
      what: "is none",
      expected: "above 0, to 1",
      got: String(share),
    });
  }
  const groups = groupsOf(subjects, strata);
  const turns = [...groups.values()].flatMap((group) => turnsOf(group, seed, everyGroup));
  turns.sort((a, b) => a.turn - b.turn || a.key - b.key || byName(a.subject, b.subject));
  const count = Math.max(1, everyGroup ? groups.size : 1, Math.round(share * turns.length));
  return turns
    .slice(0, count)
    .map(({ subject }) => subject)
    .sort(byName);
}

function groupsOf(subjects: Iterable<string>, strata?: Strata): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const subject of new Set(subjects)) {
    const group = String(strata?.get(subject) ?? "");
    groups.set(group, [...(groups.get(group) ?? []), subject]);
  }
  return groups;
}

/**
 * When each subject of a group comes: subject r of n at (r + ½) / n, which is the order of Webster's apportionment, so that every beginning of the order of
 * all groups is proportional. With `everyGroup`, the first of each group come before all others.
 */
function turnsOf(group: readonly string[], seed: number, everyGroup: boolean) {
  return group
    .map((subject) => ({ subject, key: drawnKey(seed, `people/${subject}`) }))
    .sort((a, b) => a.key - b.key || byName(a.subject, b.subject))
    .map((drawn, r) => ({ ...drawn, turn: (everyGroup && r === 0 ? -1 : 0) + (r + 0.5) / group.length }));
}
