import { FormatError, SignalError, UsageError } from "../errors.ts";
import { checkLeak, SPLIT_NAMES, type Split } from "./splits.ts";
import type { WindowStore } from "./windowStore.ts";

/**
 * Read a split from JSON: `{"train": [subjects], "val": [subjects], "test": [subjects]}`; a split may be empty but not absent.
 * @param where name of the file, without folders
 * @param subjects those of the store
 * @throws FormatError naming what is wrong: the form, or a subject that is in two splits, in none, or not of the store
 */
export function readSplit(text: string, where: string, subjects: Iterable<string>): Split {
  return checked(splitOf(parseObject(text, where), where), subjects, where);
}

/**
 * Read a split for several stores: one for the people of all of them together, as `readSplit` does, or sections by dataset,
 * `{"eegmat": {"train": [subjects], …}, "adhd": {…}}`. Of sections, a store takes the one of its name and the others wait for other stores. Stores of
 * one name share a section, which names the people of all of them; people of different names of stores are different people, whatever they are called.
 * @param where name of the file, without folders
 * @returns by store
 * @throws FormatError as `readSplit` does, of a person who stands twice in any section, and of a store without a section
 */
export function readSplits(
  text: string,
  where: string,
  stores: readonly Pick<WindowStore, "name" | "subjects">[],
): Split[] {
  const members = parseObject(text, where);
  const peopleOf = (some: typeof stores) => new Set(some.flatMap(({ subjects }) => subjects));
  if (!hasSections(members)) {
    const split = checked(splitOf(members, where), peopleOf(stores), where);
    return stores.map(() => split);
  }
  const sections = new Map<string, Split>();
  for (const [name, value] of Object.entries(members)) {
    const at = sectionName(where, name);
    const section = splitOf(objectOf(value, at, "the section"), at);
    const own = stores.filter((store) => store.name === name);
    sections.set(name, checked(section, own.length > 0 ? peopleOf(own) : namedIn(section), at));
  }
  return stores.map(({ name }) => sections.get(name) ?? missing(name, sections, where));
}

/** A split as `readSplit` reads it. */
export const formatSplit = (split: Split): string => `${JSON.stringify(plain(split), null, 2)}\n`;

/**
 * Splits by name of the store, as `readSplits` reads them.
 * @throws UsageError for a store called "train", "val" or "test": its section would be taken for a split
 */
export function formatSplits(splits: Readonly<Record<string, Split>>): string {
  const sections = Object.entries(splits);
  const odd = sections.find(([name]) => isSplitName(name));
  if (odd !== undefined) {
    throw new UsageError({ where: "split file", what: "a dataset is called like a split", got: odd[0] });
  }
  return `${JSON.stringify(Object.fromEntries(sections.map(([name, split]) => [name, plain(split)])), null, 2)}\n`;
}

type Members = Readonly<Record<string, unknown>>;

const FORM = '{"train": [names], "val": [names], "test": [names]}';

const plain = ({ train, val, test }: Split): Split => ({ train, val, test });

const isSplitName = (key: string): boolean => SPLIT_NAMES.some((name) => name === key);

/** Whether the members are datasets: there are some, and none is called like a split. */
const hasSections = (members: Members): boolean =>
  Object.keys(members).length > 0 && !Object.keys(members).some(isSplitName);

const sectionName = (where: string, name: string): string => `${where}, section ${name}`;

const namedIn = (split: Split): string[] => SPLIT_NAMES.flatMap((name) => split[name]);

function parseObject(text: string, where: string): Members {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FormatError({ where, what: "the split is not JSON", expected: FORM, cause });
  }
  return objectOf(value, where, "the split");
}

function objectOf(value: unknown, where: string, called: string): Members {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Members;
  throw new FormatError({ where, what: `${called} is no object`, expected: FORM });
}

function splitOf(lists: Members, where: string): Split {
  const wrong = (what: string, got: string) => new FormatError({ where, what, expected: FORM, got });
  const surplus = Object.keys(lists).find((key) => !isSplitName(key));
  if (surplus !== undefined) throw wrong("the split has an unknown member", surplus);
  for (const name of SPLIT_NAMES) {
    const list = lists[name];
    if (!Array.isArray(list)) throw wrong(`${name} is no list`, list === undefined ? "nothing" : typeof list);
    const odd = list.findIndex((subject) => typeof subject !== "string");
    if (odd >= 0) throw wrong(`${name} has a member that is no name`, `${JSON.stringify(list[odd])} at ${odd}`);
  }
  return lists as unknown as Split;
}

function checked(split: Split, subjects: Iterable<string>, where: string): Split {
  try {
    checkLeak(split, subjects, where);
  } catch (error) {
    throw error instanceof SignalError ? new FormatError(error.parts) : error;
  }
  return split;
}

function missing(name: string, sections: ReadonlyMap<string, Split>, where: string): never {
  throw new FormatError({
    where,
    what: `has no section for the store ${name}`,
    expected: `one of ${[...sections.keys()].join(", ")}`,
    got: name,
    todo: `Add a member "${name}": ${FORM}`,
  });
}
