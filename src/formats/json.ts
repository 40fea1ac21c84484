/** What JSON can hold. Numbers are finite. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * JSON with the keys of every object in alphabetical order, so that equal values give equal text; keys whose value is `undefined`
 * are left out.
 * @throws RangeError for numbers that JSON cannot hold, with their path
 */
export function canonicalJson(value: unknown, path = ""): string {
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${path || "value"} is ${value}`);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item, i) => canonicalJson(item, `${path}[${i}]`)).join(",")}]`;
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member, joinPath(path, key))}`).join(",")}}`;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** "optimizer", "lr" → "optimizer.lr" */
export const joinPath = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);
