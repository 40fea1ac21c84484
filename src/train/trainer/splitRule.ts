import { UsageError } from "../../errors.ts";
import type { SplitRule } from "../sampling/index.ts";

/** The split of a configuration with the text of its file, where it names one; errors name the file without its folder. */
export function splitRule(split: Exclude<SplitRule, { text: string }> | { file: string }, text?: string): SplitRule {
  if (typeof split === "string" || !("file" in split)) return split;
  const file = split.file.split(/[\\/]/).at(-1)!;
  if (text !== undefined) return { file, text };
  throw new UsageError({ where: file, what: "was not read" });
}
