import { UsageError } from "../../errors.ts";
import type { SplitRule } from "../sampling/index.ts";

/** The split of a configuration with the text of its file, where it names one. */
export function splitRule(split: Exclude<SplitRule, { text: string }> | { file: string }, text?: string): SplitRule {
  if (typeof split === "string" || !("file" in split)) return split;
  if (text !== undefined) return { file: split.file, text };
  throw new UsageError({ where: split.file, what: "was not read" });
}
