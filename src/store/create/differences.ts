import { canonicalJson } from "../../formats/json.ts";

/** A place in which two JSON values differ. */
export interface Difference {
  /** "chain.hopSeconds"; "" for the values themselves. */
  readonly path: string;
  /** As JSON; "nothing" where it is absent. */
  readonly there: string;
  readonly wanted: string;
}

/** Where two JSON values differ, down to single fields; lists are compared whole. */
export function differences(there: unknown, wanted: unknown, path = ""): Difference[] {
  if (isFields(there) && isFields(wanted)) {
    const keys = [...new Set([...Object.keys(there), ...Object.keys(wanted)])].sort();
    return keys.flatMap((key) => differences(there[key], wanted[key], path === "" ? key : `${path}.${key}`));
  }
  const [a, b] = [there, wanted].map((value) => (value === undefined ? "nothing" : canonicalJson(value)));
  return a === b ? [] : [{ path, there: a, wanted: b }];
}

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
