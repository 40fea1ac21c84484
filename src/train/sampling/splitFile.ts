import { z } from "zod";
import { FormatError } from "../../errors.ts";
import type { SplitName } from "../../store/index.ts";

const names = z.array(z.string()).default([]);
const file = z.strictObject({ train: names, val: names, test: names });

/**
 * Read `{ "train": ["s1", …], "val": […], "test": […] }`.
 * @param where name of the file in messages
 * @throws FormatError for anything else, and for a subject in two splits
 */
export function readSplitFile(text: string, where: string): Map<string, SplitName> {
  const result = file.safeParse(parseJson(text, where));
  if (!result.success) {
    const [{ path, message }] = result.error.issues;
    throw new FormatError({
      where,
      what: "is not a split of subjects",
      at: path.join("."),
      expected: '{ "train": [names], "val": [names], "test": [names] }',
      got: message,
    });
  }
  const split = new Map<string, SplitName>();
  for (const name of ["train", "val", "test"] as const) {
    for (const subject of result.data[name]) {
      const known = split.get(subject);
      if (known !== undefined && known !== name) {
        throw new FormatError({
          where,
          what: `subject ${subject} is in two splits`,
          expected: "one",
          got: `${known} and ${name}`,
        });
      }
      split.set(subject, name);
    }
  }
  return split;
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new FormatError({ where, what: "is not JSON", got: String(cause), cause });
  }
}
