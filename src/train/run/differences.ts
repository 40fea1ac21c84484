import { isList, isObject, type Json, joinPath } from "../../formats/json.ts";

/** Every value inside a value that holds no others, by its path: "optimizer.lr", "corpora[1].weight". Empty lists and objects count. */
export function leaves(value: Json, path = ""): [path: string, value: Json][] {
  const inner: [string, Json][] = isList(value)
    ? value.map((item, i) => [`${path}[${i}]`, item])
    : isObject(value)
      ? Object.entries(value).map(([key, item]) => [joinPath(path, key), item])
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
