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

/** Every value inside a value that holds no others, by its path: "optimizer.lr", "corpora[1].weight". Empty lists and objects count. */
export function leaves(value: Json, path = ""): [path: string, value: Json][] {
  const inner: [string, Json][] = isList(value)
    ? value.map((item, i) => [`${path}[${i}]`, item])
    : isObject(value)
      ? Object.entries(value).map(([key, item]) => [join(path, key), item])
      : [];
  if (inner.length === 0) return [[path, value]];
  return inner.filter(([, item]) => item !== undefined).flatMap(([at, item]) => leaves(item, at));
}

/** A path at which some values differ, and what each has there; `undefined` where it has nothing. */
export interface Difference {
  readonly path: string;
  readonly values: readonly (Json | undefined)[];
}

/** The leaves in which not all values are the same, in the order in which the values name them. */
export function differences(...all: readonly Json[]): Difference[] {
  const maps = all.map((value) => new Map(leaves(value)));
  const paths = new Set(maps.flatMap((map) => [...map.keys()]));
  return [...paths]
    .map((path) => ({ path, values: maps.map((map) => map.get(path)) }))
    .filter(({ values }) => new Set(values.map((value) => JSON.stringify(value))).size > 1);
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

const join = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
