import type { z } from "zod";
import type { Mark } from "./mapMarked.ts";
import { namesOf, type OptionNode, optionsOf, partsOf } from "./optionTree.ts";

/** Where the options of some marks stand in a configuration, given or not: "threads", "corpora[0].store". */
export function markedPaths(schema: z.ZodType, config: unknown, marks: readonly Mark[]): string[] {
  return walk([optionsOf(schema)], config, "", marks);
}

function walk(nodes: readonly OptionNode[], value: unknown, at: string, marks: readonly Mark[]): string[] {
  const kinds = nodes.flatMap((node) => [node, ...(node.anyOf ?? [])]);
  if (kinds.some((node) => marks.some((mark) => node[mark]))) return [at];
  const inside = (key: PropertyKey, part: unknown, path: string) =>
    walk(
      nodes.flatMap((node) => partsOf(node, key)),
      part,
      path,
      marks,
    );
  if (Array.isArray(value)) return value.flatMap((item, i) => inside(i, item, `${at}[${i}]`));
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const names = [...new Set(nodes.flatMap(namesOf))];
  return names.flatMap((name) => inside(name, given[name], at === "" ? name : `${at}.${name}`));
}
