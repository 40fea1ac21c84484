import type { z } from "zod";
import { type OptionNode, optionsOf, partsOf } from "./optionTree.ts";

/** Marks of options, see sections.ts. */
export type Mark = "path" | "machine";

/**
 * A copy of a configuration with every option of a mark replaced by `change` of it.
 * @returns undefined from `change` takes the option out
 */
export function mapMarked(
  schema: z.ZodType,
  config: unknown,
  mark: Mark,
  change: (value: unknown) => unknown,
): unknown {
  return walk([optionsOf(schema)], config, mark, change);
}

function walk(nodes: readonly OptionNode[], value: unknown, mark: Mark, change: (value: unknown) => unknown): unknown {
  const kinds = nodes.flatMap((node) => [node, ...(node.anyOf ?? [])]);
  if (kinds.some((node) => node[mark])) return value === undefined ? undefined : change(value);
  const inside = (key: PropertyKey, part: unknown) =>
    walk(
      nodes.flatMap((node) => partsOf(node, key)),
      part,
      mark,
      change,
    );
  if (Array.isArray(value)) return value.map((item, i) => inside(i, item)).filter((item) => item !== undefined);
  if (typeof value !== "object" || value === null) return value;
  const parts = Object.entries(value).map(([key, part]) => [key, inside(key, part)]);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}
