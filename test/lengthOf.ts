import type { Dim } from "../src/graph/index.ts";

/** The number that a symbolic length stands for. */
export function lengthOf(dim: Dim, symbols: ReadonlyMap<string, number>): number {
  return String(dim)
    .split("*")
    .reduce((product, part) => product * (symbols.get(part) ?? Number(part)), 1);
}
