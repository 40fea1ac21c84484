import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { STRICT, type Target } from "../../src/edge/targets/target.ts";
import { SessionError } from "../../src/errors.ts";
import { BARE, type Machine, machineOf } from "./machines.ts";

/** The folder of the kernels. */
export const KERNELS = fileURLToPath(new URL("../../src/edge/c/", import.meta.url));
const PROGRAMS = fileURLToPath(new URL("programs/", import.meta.url));

export type Vectors = Readonly<Record<string, Int8Array | Uint8Array | Int16Array | Int32Array>>;

/** A C program with kernels of src/edge/c. */
export interface TargetProgram {
  readonly target: Target;
  /** With `main`, of `programs/`: "linear.c". */
  readonly program: string;
  /** Of src/edge/c. */
  readonly kernels: readonly string[];
  /** Tables that it finds in vectors.h by these names, with `<name>_count` values each. */
  readonly vectors: Vectors;
  /** Files that were written for it, by name: those of C are built, too. */
  readonly sources?: Readonly<Record<string, string>>;
  /** Whole numbers that it finds there, too. */
  readonly constants?: Readonly<Record<string, number>>;
}

export interface TargetResult {
  readonly stdout: string;
  /** Names of all functions and data of the linked program, and what it leaves to the system. */
  readonly symbols: readonly string[];
}

/**
 * Build a program with the target's compiler and run it, on the machine that machines.ts names for it.
 * @throws SessionError when the compiler or the program fails, or it takes more than `TIMEOUT_MS`
 */
export function runOnTarget(job: TargetProgram): TargetResult {
  const folder = mkdtempSync(join(tmpdir(), "panluna-edge-"));
  try {
    const program = build(job, folder);
    const [command, options] = machineOf(job.target).run(program);
    return { stdout: printedBy(command, options, folder), symbols: symbolsOf(job.target, program) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The first program that a target needs and this machine lacks. */
export function missingTool(target: Target): string | undefined {
  return [target.compiler, ...machineOf(target).needs].find((tool) => spawnSync(tool, ["--version"]).status !== 0);
}

const TIMEOUT_MS = 120_000;

function build(job: TargetProgram, folder: string): string {
  const { target, program, kernels, vectors, sources = {}, constants = {} } = job;
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(folder, name), text);
  const written = Object.keys(sources).filter((name) => name.endsWith(".c"));
  const machine = machineOf(target);
  writeHeader(vectors, constants, folder);
  writeTables(vectors, machine, folder);
  const output = join(folder, "program");
  execute(target.compiler, [
    ...target.flags,
    ...STRICT,
    ...machine.options,
    ...[folder, BARE, KERNELS].map((path) => `-I${path}`),
    ...[...machine.sources, "console_format.c"].map((file) => join(BARE, file)),
    ...kernels.map((file) => join(KERNELS, file)),
    ...written.map((file) => join(folder, file)),
    ...[join(PROGRAMS, program), join(folder, "vectors.s"), "-o", output],
  ]);
  return output;
}

function writeHeader(vectors: Vectors, constants: Readonly<Record<string, number>>, folder: string): void {
  const lines = Object.entries(constants).map(([name, value]) => `enum { ${name} = ${value} };`);
  for (const [name, values] of Object.entries(vectors)) {
    lines.push(
      `extern const ${values instanceof Uint8Array ? "u" : ""}int${8 * values.BYTES_PER_ELEMENT}_t ${name}[];`,
    );
    lines.push(`enum { ${name}_count = ${values.length} };`);
  }
  writeFileSync(join(folder, "vectors.h"), `#include <stdint.h>\n${lines.join("\n")}\n`);
}

/** Tables as bytes that the assembler takes in as they are; all targets are little-endian, as this machine is. */
function writeTables(vectors: Vectors, machine: Machine, folder: string): void {
  const assembly = Object.entries(vectors).flatMap(([name, values]) => {
    const file = join(folder, `${name}.bin`);
    writeFileSync(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    const directives = machine.table?.(name, values.byteLength) ?? [".section .rodata"];
    return [...directives, ".p2align 4", `.globl ${name}`, `${name}:`, `.incbin "${file}"`];
  });
  writeFileSync(join(folder, "vectors.s"), `${assembly.join("\n")}\n`);
}

/** Names that a linked program defines or asks for; of a WebAssembly module what it exports and imports. */
function symbolsOf({ compiler }: Target, program: string): string[] {
  const bytes = readFileSync(program);
  if (bytes.toString("latin1", 0, 4) === "\0asm") {
    const module = new WebAssembly.Module(bytes);
    return [...WebAssembly.Module.exports(module), ...WebAssembly.Module.imports(module)].map(({ name }) => name);
  }
  const listed = execute(compiler.replace(/(gcc|clang)$/, "nm"), [program]).split("\n");
  return listed.map((line) => line.split(" ").at(-1) ?? "");
}

/** Run a program. It prints to a file: QEMU makes a pipe non-blocking, and what the other end does not take at once can be lost. */
function printedBy(command: string, options: readonly string[], folder: string): string {
  const path = join(folder, "printed");
  const file = openSync(path, "w");
  try {
    execute(command, options, file);
  } finally {
    closeSync(file);
  }
  return readFileSync(path, "utf8");
}

function execute(command: string, options: readonly string[], output: number | "pipe" = "pipe"): string {
  const { status, stdout, stderr, error } = spawnSync(command, options, {
    encoding: "utf8",
    timeout: TIMEOUT_MS,
    maxBuffer: 2 ** 26,
    stdio: ["ignore", output, "pipe"],
  });
  if (status === 0) return stdout;
  throw new SessionError({
    where: command,
    what: status === null ? "did not end" : `ended with code ${status}`,
    got: `${stderr}${error?.message ?? ""}`.trim().split("\n").slice(-12).join("\n"),
    cause: error,
  });
}
