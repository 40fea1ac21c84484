/** What JSON can hold. Numbers are finite. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * JSON with the keys of every object in alphabetical order, so that equal values give equal text; keys whose value is `undefined`
 * are left out.
 * @throws RangeError for numbers that JSON cannot hold, with their path
 */
export function canonicalJson(value: Json, path = ""): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${path || "value"} is ${value}`);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (isList(value)) return `[${value.map((item, i) => canonicalJson(item, `${path}[${i}]`)).join(",")}]`;
  const keys = Object.keys(value)
    .filter((key) => value[key] !== undefined)
    .sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key], join(path, key))}`).join(",")}}`;
}

/** One place where two values differ; `undefined` where one of them has nothing. */
export interface Difference {
  /** "optimizer.lr", "corpora[1].weight" */
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Every leaf in which two values differ, in the order of their paths. */
export function differences(before: Json | undefined, after: Json | undefined, path = ""): Difference[] {
  if (before === undefined || after === undefined) return before === after ? [] : [{ path, before, after }];
  if (isList(before) && isList(after)) {
    const count = Math.max(before.length, after.length);
    return Array.from({ length: count }, (_, i) => differences(before[i], after[i], `${path}[${i}]`)).flat();
  }
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) => differences(own(before, key), own(after, key), join(path, key)));
  }
  return canonicalJson(before) === canonicalJson(after) ? [] : [{ path, before, after }];
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const own = (value: JsonObject, key: string): Json | undefined => (Object.hasOwn(value, key) ? value[key] : undefined);

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
