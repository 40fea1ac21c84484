import { writeFileSync } from "node:fs";
import { PanlunaError, UsageError } from "../src/errors.ts";
import { coverage } from "./coverage.ts";
import { edf, embed } from "./embed.ts";
import { inference } from "./inference.ts";
import { mpi } from "./mpi.ts";
import { optimizer } from "./optimizer.ts";
import { OPTIONS_HELP } from "./options.ts";
import { onnxExport } from "./peers/onnxExport.ts";
import { probe } from "./probe.ts";
import { store } from "./store.ts";
import { train } from "./train.ts";

/** A benchmark: takes its arguments, returns what to print as JSON. */
type Program = (args: readonly string[]) => Promise<{ result: unknown; out?: string }>;

const PROGRAMS: Readonly<Record<string, Program>> = {
  inference,
  peers: onnxExport,
  coverage,
  embed,
  edf,
  mpi,
  optimizer,
  probe,
  store,
  train,
};

const HELP = `usage: npm run bench -- [PROGRAM] [options]

Prints one JSON object. Compare ratios only, and only on an idle machine: whatever else runs moves the times.

PROGRAM
  inference          (default) times, windows/s, GFLOP/s and efficiency of our network over a bare MatMul, per case
  peers FOLDER       our network against an ONNX export of the same network from PyTorch, turn by turn in one process; FOLDER is made by
                     python3 bench/peers/export.py ../shared/peers FOLDER
  embed [EDF] [--hours 8] [--out FILE] [-- ARGS]
                     inspect and embed a night of 21 channels through the built command line: wall time, peak memory, processor use, share of
                     time in the model; makes the recording if none is given; ARGS go to \`panluna embed\`
  edf PATH [--hours 8]
                     write that recording to PATH: 310 MB for 8 h, the same bytes every time
  mpi [--repeat 21] [--out FILE]
                     sums over the ranks that it was started with: mpirun -n 2 npm run bench -- mpi
  optimizer          norm, AdamW, running mean and dropout masks of a step: nanoseconds per value on one thread
  probe CHECKPOINT…  what a linear model reads from embeddings, per task: --stores FOLDER (one per recipe) --split FILE [--side val|test]; "random"
                     stands for the network before any training
  train              training steps of the full network (22ch5s_b16, 12ch5s_b32; 2 threads): times of gradient and update, windows/s, efficiency
                     over a bare MatMul, memory; takes --threads, --cases, --repeat, --profile and --out
  coverage [--series 20000] [--out FILE]
                     how often the interval of a recording's mean holds the true mean, on simulated windows that are more or less alike
  store FOLDER [--recordings 8] [--out FILE]
                     windows of the EDF or WFDB recordings of a folder written to a store and read back: rates, size against int16

Options of inference and peers
${OPTIONS_HELP}
`;

async function main(args: readonly string[]): Promise<void> {
  if (args.includes("--help") || args.includes("-h")) {
    process.stdout.write(HELP);
    return;
  }
  const named = args.length > 0 && !args[0].startsWith("-");
  const name = named ? args[0] : "inference";
  const program = PROGRAMS[name];
  if (program === undefined) {
    throw new UsageError({
      where: "bench",
      what: "no such program",
      expected: Object.keys(PROGRAMS).join(", "),
      got: name,
    });
  }
  const { result, out } = await program(named ? args.slice(1) : args);
  if (result === undefined) return; // one of several processes, of which another has it
  const json = `${JSON.stringify(result, null, 2)}\n`;
  if (out === undefined) process.stdout.write(json);
  else writeFileSync(out, json);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof PanlunaError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
