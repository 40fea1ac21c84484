import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const KERNELS = fileURLToPath(new URL(".", import.meta.url));
const PAIRS = fileURLToPath(new URL("../pairs/", import.meta.url));

/** Kernels under test; their sources are compiled one by one, so that each stands alone. */
const SOURCES = [
  "scale",
  "moments",
  "table",
  "norm",
  "softmax_attention",
  "rotary",
  "frequency_features",
  "zscore",
  "add16",
  "requantize16",
  "mean_rows",
];

/** In the order of `RUNS` in ops.c. */
const OPERATORS = [
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
];

/** Values over and over up to `count`, or numbers of a generator. */
type Numbers = { count: number; values: number[] } | { count: number; seed: number; low: number; high: number };

/** A case of pairs/make.py. */
interface Case {
  readonly op: string;
  readonly name: string;
  readonly args: Record<string, number | number[] | Numbers>;
  readonly y: string;
}

const cases: Case[] = JSON.parse(readFileSync(join(PAIRS, "ops.json"), "utf8"));

function wordsOf(arg: number | number[] | Numbers): number[] {
  if (typeof arg === "number") return [arg];
  if (Array.isArray(arg)) return arg;
  return "values" in arg ? [arg.count, arg.values.length, ...arg.values] : [arg.count, 0, arg.seed, arg.low, arg.high];
}

/** `cases.h`: everything that ops.c runs. */
function casesHeader(): string {
  const words = cases.flatMap(({ op, args }) => [OPERATORS.indexOf(op) + 1, ...Object.values(args).flatMap(wordsOf)]);
  const literals = [...words, 0].map((word) => `(int32_t)0x${(word >>> 0).toString(16)}`);
  return `static const int32_t CASES[] = {\n${literals.join(",\n")}\n};\n`;
}

const folder = mkdtempSync(join(tmpdir(), "panluna-ops-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "cases.h"), casesHeader());

const WARNINGS = ["-std=c99", "-pedantic", "-Wall", "-Wextra", "-Wconversion", "-Wvla", "-Werror"];
const present = (program: string): boolean => spawnSync(program, ["--version"]).status === 0;

/** Compile kernels and cases into one program. @returns its path */
function compiled(compiler: string, name: string, flags: readonly string[]): string {
  const program = join(folder, name);
  const sources = [join(PAIRS, "ops.c"), ...SOURCES.map((source) => join(KERNELS, `${source}.c`))];
  execFileSync(compiler, [...WARNINGS, ...flags, `-I${folder}`, `-I${KERNELS}`, ...sources, "-o", program]);
  return program;
}

/** What differs from the fixture, by name. */
function differences(output: string): string[] {
  const lines = output.split("\n");
  expect(lines.length).toBe(cases.length + 1);
  return cases.flatMap(({ op, name, y }, i) =>
    lines[i].trim() === y ? [] : [`${op}: ${name}: ${lines[i]}, not ${y}`],
  );
}

/** Debian's clang comes without the libraries of its sanitizers, so there undefined behaviour traps. */
const HOST: readonly [string, string, readonly string[]][] = [
  ["gcc", "sanitized", ["-O1", "-g", "-fsanitize=undefined,address", "-fno-sanitize-recover=all"]],
  ["clang", "sanitized", ["-O1", "-fsanitize=undefined", "-fsanitize-trap=undefined"]],
  ["gcc", "fast", ["-O3"]],
  ["clang", "fast", ["-O3"]],
];

describe("kernels equal whole numbers of Python, bit for bit", () => {
  it("every operator has cases", () => {
    expect([...new Set(cases.map(({ op }) => op))].sort()).toEqual([...OPERATORS].sort());
  });

  for (const [compiler, kind, flags] of HOST) {
    const here = present(compiler);
    it.skipIf(!here)(`${compiler}, ${kind}${here ? "" : ` (needs ${compiler})`}`, () => {
      const program = compiled(compiler, `${compiler}-${kind}`, flags);
      expect(differences(execFileSync(program, { encoding: "utf8" }))).toEqual([]);
    });
  }
});
