import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { SessionError } from "../src/errors.ts";
import { round } from "./measure.ts";

/** What a command took. */
export interface ProcessReport {
  readonly command: string;
  readonly exitCode: number;
  readonly wallSeconds: number;
  /** Processor time of all threads. */
  readonly cpuSeconds: number;
  /** Processor time over wall time of all cores. */
  readonly cpuUtilisation: number;
  /** Highest resident memory. */
  readonly peakRssMiB: number;
  /** Time with the model running, its share of the wall time, number of runs; absent if the command never loaded it. */
  readonly model?: { readonly seconds: number; readonly share: number; readonly runs: number };
  /** What it printed, if that was JSON of at most 64 kB. */
  readonly output?: unknown;
}

const SAMPLE_MS = 20;
const MAX_OUTPUT_BYTES = 65_536;
/** Clock ticks per second of /proc/PID/stat; 100 on every Linux that Node supports. */
const TICKS = 100;

interface ProcSample {
  readonly cpuSeconds: number;
  readonly peakRssMiB: number;
}

/**
 * Run a Node program and watch it through /proc, so Linux only. Its own clock of model runs comes from modelClock.mjs.
 * @throws SessionError when the program fails, with the last line of its stderr
 */
export async function watchNode(program: string, args: readonly string[]): Promise<ProcessReport> {
  const folder = mkdtempSync(join(tmpdir(), "panluna-bench-"));
  const clockFile = join(folder, "clock.json");
  const preload = new URL("./modelClock.mjs", import.meta.url).href;
  try {
    const start = performance.now();
    const child = spawn(process.execPath, ["--import", preload, program, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, PANLUNA_MODEL_CLOCK: clockFile },
    });
    let sample: ProcSample = { cpuSeconds: 0, peakRssMiB: 0 };
    const timer = setInterval(() => {
      sample = readProc(child.pid) ?? sample;
    }, SAMPLE_MS);
    const output: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (data: Buffer) => output.push(data));
    child.stderr.on("data", (data: Buffer) => errors.push(data));
    const exitCode = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? -1));
    }).finally(() => clearInterval(timer));
    const wallSeconds = (performance.now() - start) / 1e3;
    const command = args[0] ?? program;
    if (exitCode !== 0) throw failed(command, exitCode, Buffer.concat(errors).toString());
    return {
      command,
      exitCode,
      ...report(wallSeconds, sample),
      ...modelTime(clockFile, wallSeconds),
      ...jsonOf(output),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function failed(where: string, exitCode: number, stderr: string): SessionError {
  const line = stderr.trim().split("\n").at(-1) ?? "";
  return new SessionError({ where, what: `ended with code ${exitCode}`, got: line });
}

function report(wallSeconds: number, { cpuSeconds, peakRssMiB }: ProcSample) {
  return {
    wallSeconds: round(wallSeconds, 3),
    cpuSeconds: round(cpuSeconds, 2),
    cpuUtilisation: round(cpuSeconds / wallSeconds / availableParallelism(), 3),
    peakRssMiB: round(peakRssMiB, 1),
  };
}

/** Undefined once the process is gone. */
function readProc(pid: number | undefined): ProcSample | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(status); // a zombie has none
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // from field 3, state
    const ticks = Number(fields[11]) + Number(fields[12]); // fields 14 and 15: utime, stime
    return peak === null ? undefined : { cpuSeconds: ticks / TICKS, peakRssMiB: Number(peak[1]) / 1024 };
  } catch {
    return undefined;
  }
}

function modelTime(file: string, wallSeconds: number): Pick<ProcessReport, "model"> {
  const clock = parsed(() => readFileSync(file, "utf8")) as { seconds: number; runs: number } | undefined;
  if (clock === undefined || clock.runs === 0) return {};
  const { seconds, runs } = clock;
  return { model: { seconds: round(seconds, 3), share: round(seconds / wallSeconds, 3), runs } };
}

function jsonOf(chunks: readonly Buffer[]): Pick<ProcessReport, "output"> {
  const bytes = Buffer.concat(chunks);
  const output = bytes.length > MAX_OUTPUT_BYTES ? undefined : parsed(() => bytes.toString());
  return output === undefined ? {} : { output };
}

function parsed(text: () => string): unknown {
  try {
    return JSON.parse(text());
  } catch {
    return undefined;
  }
}
