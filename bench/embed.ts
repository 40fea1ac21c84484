import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { UsageError } from "../src/errors.ts";
import { type ProcessReport, watchNode } from "./childProcess.ts";
import { environment } from "./environment.ts";
import { EDF_CHANNELS, EDF_SFREQ, generateEdf } from "./generateEdf.ts";
import { round } from "./measure.ts";

const CLI = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));

/**
 * A whole night through the command line: `inspect` and `embed` of an EDF with 21 channels at 256 Hz, as child processes.
 * Arguments after `--` go to `embed` (weights, output file).
 * @throws UsageError when the project is not built
 */
export async function embed(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const { values, positionals, extra } = embedOptions(args);
  if (!existsSync(CLI)) {
    throw new UsageError({ where: "dist/cli/main.js", what: "does not exist", todo: "Build first: npm run build" });
  }
  const start = environment();
  const folder = mkdtempSync(join(tmpdir(), "panluna-bench-"));
  try {
    const path = positionals[0] ?? join(folder, "night.edf");
    const made = positionals[0] === undefined ? await generateEdf(path, values.hours) : undefined;
    const inspected = await watchNode(CLI, ["inspect", path, "--json"]);
    const embedded = await watchNode(CLI, ["embed", path, "--json", ...weightsFlags(extra), ...extra]);
    const recording = made && { ...made, hours: values.hours, channels: EDF_CHANNELS, sfreq: EDF_SFREQ };
    const speed = made && { timesRealTime: round((3600 * values.hours) / embedded.wallSeconds, 0) };
    return {
      result: {
        benchmark: "embed",
        environment: start,
        recording,
        inspect: withoutOutput(inspected),
        embed: { ...embedded, ...speed },
      },
      out: values.out,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Write the recording that `embed` makes for itself, to keep it. */
export async function edf(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const { values, positionals } = embedOptions(args);
  if (positionals.length !== 1) throw new UsageError({ where: "edf", what: "needs the path of the file to write" });
  return { result: { benchmark: "edf", ...(await generateEdf(positionals[0], values.hours)) }, out: values.out };
}

/** Speed does not depend on the values of weights. */
const weightsFlags = (extra: readonly string[]): string[] => (extra.includes("--checkpoint") ? [] : ["--untrained"]);

const withoutOutput = ({ output: _, ...rest }: ProcessReport) => rest;

function embedOptions(args: readonly string[]) {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const extra = end < 0 ? [] : args.slice(end + 1);
  try {
    const { values, positionals } = parseArgs({
      args: [...own],
      allowPositionals: true,
      options: { hours: { type: "string", default: "8" }, out: { type: "string" } },
    });
    const hours = Number(values.hours);
    if (!(hours > 0 && hours <= 48)) throw new Error(`--hours ${values.hours} is not between 0 and 48`);
    return { values: { hours, out: values.out }, positionals, extra };
  } catch (cause) {
    throw new UsageError({ where: "options", what: (cause as Error).message, todo: "See --help", cause });
  }
}
