import { FormatError, SignalError } from "../errors.ts";
import { checkLeak, SPLIT_NAMES, type Split } from "./splits.ts";

/**
 * Read a split from JSON: `{"train": [subjects], "val": [subjects], "test": [subjects]}`; a split may be empty but not absent.
 * @param where name of the file, without folders
 * @param subjects those of the store
 * @throws FormatError naming what is wrong: the form, or a subject that is in two splits, in none, or not of the store
 */
export function readSplit(text: string, where: string, subjects: Iterable<string>): Split {
  const split = parseSplit(text, where);
  try {
    checkLeak(split, subjects, where);
  } catch (error) {
    throw error instanceof SignalError ? new FormatError(error.parts) : error;
  }
  return split;
}

/** A split as `readSplit` reads it. */
export const formatSplit = ({ train, val, test }: Split): string =>
  `${JSON.stringify({ train, val, test }, null, 2)}\n`;

function parseSplit(text: string, where: string): Split {
  const wrong = (what: string, got?: string, cause?: unknown) =>
    new FormatError({ where, what, expected: '{"train": [names], "val": [names], "test": [names]}', got, cause });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw wrong("the split is not JSON", undefined, cause);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw wrong("the split is no object");
  const lists = value as Readonly<Record<string, unknown>>;
  const surplus = Object.keys(lists).find((key) => !SPLIT_NAMES.some((name) => name === key));
  if (surplus !== undefined) throw wrong("the split has an unknown member", surplus);
  for (const name of SPLIT_NAMES) {
    const list = lists[name];
    if (!Array.isArray(list)) throw wrong(`${name} is no list`, list === undefined ? "nothing" : typeof list);
    const odd = list.findIndex((subject) => typeof subject !== "string");
    if (odd >= 0) throw wrong(`${name} has a member that is no name`, `${JSON.stringify(list[odd])} at ${odd}`);
  }
  return lists as unknown as Split;
}
