import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const KERNELS = fileURLToPath(new URL("../c/", import.meta.url));
const PAIRS = fileURLToPath(new URL(".", import.meta.url));

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

/** A case of make.py. */
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

/** Every kernel that has cases; the product of Linear has tests of its own. */
const SOURCES = readdirSync(KERNELS).filter((file) => file.endsWith(".c") && !file.startsWith("linear"));

/** Compile kernels and a program of this folder. @returns the path of what comes out */
function compiled(program: string, compiler: string, flags: readonly string[]): string {
  const output = join(mkdtempSync(join(folder, "build-")), "program");
  const sources = [join(PAIRS, program), ...SOURCES.map((file) => join(KERNELS, file))];
  execFileSync(compiler, [...WARNINGS, ...flags, `-I${folder}`, `-I${KERNELS}`, ...sources, "-o", output]);
  return output;
}

/** The first of some programs that is not installed. */
const missing = (...programs: string[]): string | undefined =>
  programs.find((program) => spawnSync(program, ["--version"]).status !== 0);

const needs = (program: string | undefined): string => (program === undefined ? "" : ` (needs ${program})`);

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
    const lacking = missing(compiler);
    it.skipIf(lacking !== undefined)(`${compiler}, ${kind}${needs(lacking)}`, () => {
      const output = execFileSync(compiled("ops.c", compiler, flags), { encoding: "utf8" });
      expect(differences(output)).toEqual([]);
    });
  }
});

/** A bare board that QEMU emulates. */
interface Board {
  readonly name: string;
  readonly compiler: string;
  readonly flags: readonly string[];
  readonly emulator: string;
  readonly machine: readonly string[];
}

const RV32: Board = {
  name: "RV32IMC",
  compiler: "riscv64-unknown-elf-gcc",
  flags: [
    ...["-march=rv32imc", "-mabi=ilp32", "-O2", "-fno-schedule-insns", "-fira-algorithm=priority"],
    ...["--specs=picolibc.specs", "--oslib=semihost", "--crt0=hosted"],
    ...["__flash=0x80000000", "__flash_size=4M", "__ram=0x80400000", "__ram_size=4M", "__stack_size=64K"].map(
      (symbol) => `-Wl,--defsym=${symbol}`,
    ),
  ],
  emulator: "qemu-system-riscv32",
  machine: ["-M", "virt", "-bios", "none"],
};

const cortex = (name: string, cpu: readonly string[], machine: string, data: string): Board => ({
  name,
  compiler: "arm-none-eabi-gcc",
  flags: [
    ...[...cpu, "-mthumb", "-O2", "--specs=rdimon.specs"],
    ...[`-Wl,--defsym=DATA_START=${data}`, `-T${PAIRS}cortex.ld`, `${PAIRS}start_cortex.c`],
  ],
  emulator: "qemu-system-arm",
  machine: ["-M", machine],
});

const BOARDS: readonly Board[] = [
  RV32,
  cortex("Cortex-M4", ["-mcpu=cortex-m4"], "mps2-an386", "0x21000000"),
  cortex("Cortex-M55", ["-mcpu=cortex-m55", "-mfloat-abi=hard"], "mps3-an547", "0x60000000"),
];

/** Run a program under QEMU, where every instruction counts as 1 ns. @returns what it prints; a pipe of Node would lose parts */
function emulated({ emulator, machine }: Board, program: string): string {
  const quiet = ["-display", "none", "-serial", "none", "-monitor", "none"];
  const semihosting = ["-chardev", "stdio,id=out", "-semihosting-config", "enable=on,target=native,chardev=out"];
  const options = [...machine, ...quiet, ...semihosting, "-icount", "shift=0", "-kernel", program];
  const printed = openSync(`${program}.out`, "w+");
  execFileSync(emulator, options, { stdio: ["ignore", printed, "inherit"], timeout: 50_000 });
  closeSync(printed);
  return readFileSync(`${program}.out`, "utf8");
}

/** Arithmetic of floating point in libgcc, by its own names and by those of the ARM ABI. */
const SOFT_FLOAT = /__(add|sub|mul|div|neg|fix|float|ext|trunc|eq|ne|lt|le|gt|ge)\w*[sd]f|__aeabi_([fd]\w+|\w+2[fd])/;

it("the names of soft-float routines are known", () => {
  const routines = "__adddf3 __mulsf3 __floatsidf __fixunsdfsi __ltsf2 __aeabi_fadd __aeabi_i2d __aeabi_d2iz".split(
    " ",
  );
  expect(routines.filter((name) => !SOFT_FLOAT.test(name))).toEqual([]);
  const integers = "__udivdi3 __divdi3 __ashrdi3 __clzsi2 __aeabi_uldivmod __aeabi_lmul __aeabi_idiv0".split(" ");
  expect(integers.filter((name) => SOFT_FLOAT.test(name))).toEqual([]);
});

describe.each(BOARDS)("the same bits on $name", (board) => {
  const lacking = missing(board.compiler, board.emulator);
  it.skipIf(lacking !== undefined)(`with no floating point${needs(lacking)}`, () => {
    const program = compiled("ops.c", board.compiler, board.flags);
    expect(differences(emulated(board, program))).toEqual([]);
    const symbols = execFileSync(board.compiler.replace("gcc", "nm"), [program], { encoding: "utf8" }).split("\n");
    expect(symbols.filter((line) => SOFT_FLOAT.test(line))).toEqual([]);
    expect(symbols.some((line) => line.endsWith(" T pl_attention_s8"))).toBe(true);
  });
});

/** Most instructions for the shapes of count.c, kept so that they do not grow unseen. */
const BUDGET: Readonly<Record<string, number>> = {
  "layer_norm_s8 256": 7_400,
  "layer_norm_s8 1024": 28_000,
  "layer_norm_s16 256": 7_400,
  "layer_norm_s16 1024": 28_000,
  "layer_norm_s16 256 affine": 9_000,
  "layer_norm_s16 1024 affine": 34_500,
  "group_norm_s16 128x64 affine": 297_000,
  "attention_s8 80x80x32": 1_650_000,
  "query_attention_s8 8x12x64": 54_000,
  "rotary_s16 8x256": 37_700,
  "frequency_features_s16 32": 11_800,
  "table_s8 8192": 40_000,
  "requantize_s16 8192": 109_000,
  "add_s16 8192": 107_000,
  "zscore_s32 2560": 84_000,
  "mean_rows_s8 80x64": 27_500,
  isqrt: 145,
  inverse_root: 210,
  reciprocal: 120,
};

describe("instructions on RV32IMC", () => {
  const lacking = missing(RV32.compiler, RV32.emulator);
  it.skipIf(lacking !== undefined)(`stay within their budgets${needs(lacking)}`, () => {
    const lines = emulated(RV32, compiled("count.c", RV32.compiler, RV32.flags))
      .trim()
      .split("\n");
    const counts = Object.fromEntries(lines.map((line) => [line.slice(0, -9), Number.parseInt(line.slice(-8), 16)]));
    expect(counts["nothing"]).toBeLessThan(5);
    expect(Object.keys(BUDGET).filter((name) => !(counts[name] <= BUDGET[name]))).toEqual([]);
  });
});
