import { z } from "zod";

/** What is known of an option, as JSON Schema says it. */
export interface OptionNode {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly properties?: Readonly<Record<string, OptionNode>>;
  readonly required?: readonly string[];
  readonly items?: OptionNode;
  readonly prefixItems?: readonly OptionNode[];
  readonly anyOf?: readonly OptionNode[];
  /** A file or folder. */
  readonly path?: boolean;
  /** Says where and how fast a run goes, not what comes out. */
  readonly machine?: boolean;
}

/** The options of a schema as a tree. */
export const optionsOf = (schema: z.ZodType): OptionNode => z.toJSONSchema(schema, { io: "input" }) as OptionNode;

/** The parts of an option under a key or a place; of several kinds that it may be, all that have such a part. */
export function partsOf(node: OptionNode, key: PropertyKey): OptionNode[] {
  if (node.anyOf) return node.anyOf.flatMap((kind) => partsOf(kind, key));
  const part = typeof key === "number" ? (node.prefixItems?.[key] ?? node.items) : own(node.properties, String(key));
  return part === undefined ? [] : [part];
}

/** The names that the parts of an option may have. */
export function namesOf(node: OptionNode): string[] {
  return [...Object.keys(node.properties ?? {}), ...(node.anyOf ?? []).flatMap(namesOf)];
}

function own(properties: OptionNode["properties"], key: string): OptionNode | undefined {
  return properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
}
