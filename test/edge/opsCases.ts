import { readdirSync } from "node:fs";
import { KERNELS, type Vectors } from "./runOnTarget.ts";

/** In the order of `RUNS` in ops.c. */
export const OPERATORS = [
  "combine",
  "isqrt",
  "reciprocal",
  "inverse_root",
  "scaled8",
  "scaled16",
  "table_s8",
  "table_s8_s16",
  "layer_norm_s8",
  "layer_norm_s16",
  "group_norm_s8",
  "group_norm_s16",
  "attention",
  "query_attention",
  "rotary",
  "frequency_features",
  "zscore",
  "add",
  "requantize",
  "mean_rows_s8",
  "mean_rows_s16",
] as const;

/** Values over and over up to `count`, or numbers of a linear congruential generator. */
export type Numbers =
  | { readonly count: number; readonly values: ArrayLike<number> }
  | { readonly count: number; readonly seed: number; readonly low: number; readonly high: number };

/** A call of a kernel. */
export interface OpCase {
  readonly op: (typeof OPERATORS)[number];
  readonly name: string;
  /** In the order in which ops.c reads them. */
  readonly args: Readonly<Record<string, number | readonly number[] | Numbers>>;
  /** What ops.c must print: the bytes of the results or, of more than 256 values, of their FNV-1a. */
  readonly y: string;
}

/** Every kernel that ops.c calls; the product of Linear has tests of its own. */
export const OP_KERNELS: readonly string[] = readdirSync(KERNELS).filter(
  (file) => file.endsWith(".c") && !file.startsWith("linear"),
);

/** What ops.c finds in vectors.h. */
export function opVectors(cases: readonly OpCase[]): Vectors {
  return {
    cases: Int32Array.from(
      cases.flatMap(({ op, args }) => [OPERATORS.indexOf(op), ...Object.values(args).flatMap(wordsOf)]),
    ),
  };
}

function wordsOf(arg: number | readonly number[] | Numbers): number[] {
  if (typeof arg === "number") return [arg];
  if (!("count" in arg)) return [...arg];
  if ("seed" in arg) return [arg.count, 0, arg.seed, arg.low, arg.high];
  return [arg.count, arg.values.length, ...Array.from(arg.values)];
}

/** What differs from the results of the cases, by name. */
export function wrongOps(cases: readonly OpCase[], stdout: string): string[] {
  const lines = stdout.trim().split("\n");
  if (lines.length !== cases.length) return [`${lines.length} results of ${cases.length} cases`];
  return cases.flatMap(({ op, name, y }, i) => (lines[i] === y ? [] : [`${op}: ${name}: ${lines[i]}, not ${y}`]));
}
