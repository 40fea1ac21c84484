import type { CommandConfig } from "./commandConfig.ts";
import { type OptionNode, optionsOf } from "./optionTree.ts";

/** The reference of a command's configuration as a Markdown table: option, values, default, meaning. */
export function configReference<T>({ name, schema }: CommandConfig<T>): string {
  const rows = rowsOf("", optionsOf(schema));
  return [
    `### \`panluna ${name}\``,
    "",
    "| option | values | default | |",
    "|---|---|---|---|",
    ...rows.map((cells) => `| ${cells.map(escapeBars).join(" | ")} |`),
    "",
  ].join("\n");
}

/** One row per option; an option with parts has a row of its own if there is something to say of it. */
function rowsOf(prefix: string, node: OptionNode): string[][] {
  return Object.entries(node.properties ?? {}).flatMap(([key, option]) => {
    const name = `${prefix}${key}`;
    const own = [
      `\`${name}\``,
      kindOf(option),
      defaultOf(option, node.required?.includes(key) ?? false),
      option.description ?? "",
    ];
    if (option.anyOf) return [own, ...option.anyOf.flatMap((kind) => rowsOf(`${name}.`, kind))];
    if (option.items?.properties) return [own, ...rowsOf(`${name}[].`, option.items)];
    if (option.properties) return [...(option.description ? [own] : []), ...rowsOf(`${name}.`, option)];
    return [own];
  });
}

function kindOf(node: OptionNode): string {
  if (node.path) return "path";
  if (node.const !== undefined) return `\`${node.const}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(", ");
  if (node.anyOf) return node.anyOf.map(kindOf).join(" or ");
  if (node.prefixItems) return `list of ${node.prefixItems.length}`;
  if (node.items) return node.items.properties ? "list" : `list of ${kindOf(node.items)}`;
  if (node.properties) return `{ ${Object.keys(node.properties).join(", ")} }`;
  const kind = node.type === "string" ? "text" : node.type === "integer" ? "whole number" : (node.type ?? "");
  return [kind, ...rangeOf(node)].join(", ");
}

/** Bounds of a number; those of every safe integer say nothing. */
function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: OptionNode): string[] {
  const bounds: [string, number | undefined][] = [
    ["≥", minimum],
    [">", exclusiveMinimum],
    ["≤", maximum],
    ["<", exclusiveMaximum],
  ];
  return bounds.flatMap(([sign, bound]) =>
    bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? [] : [`${sign} ${bound}`],
  );
}

function defaultOf(node: OptionNode, required: boolean): string {
  if (node.default === undefined) return required ? "required" : "";
  return node.properties && Object.keys(node.default as object).length === 0
    ? ""
    : `\`${JSON.stringify(node.default)}\``;
}

const escapeBars = (text: string): string => text.replaceAll("|", "\\|");
