import { hostname } from "node:os";
import { parseArgs } from "node:util";
import { UsageError } from "../src/errors.ts";
import type { Communicator } from "../src/train/distributed/communicator.ts";
import { describeMpi, openCommunicator } from "../src/train/distributed/node.ts";
import { fromEach } from "../src/train/distributed/shares.ts";
import { environment, peakRssMiB } from "./environment.ts";
import { round } from "./measure.ts";

/** Values of the published network, and shorter arrays, for which the latency counts. */
const LENGTHS = [1, 1000, 100_000, 5_400_000];

/**
 * Sums of float32 arrays over the ranks that the benchmark was started with: `mpirun -n 2 npm run bench -- mpi`. A time is that of
 * the slowest rank, all having begun together. `gigabytesPerSecond` counts the `2 (N − 1) / N` bytes per byte that a rank sends.
 * @returns no result on ranks other than 0
 */
export async function mpi(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const { repeat, out } = mpiOptions(args);
  const { env, stderr } = process;
  const ranks = await openCommunicator({ env, note: (line) => void stderr.write(`${line}\n`) });
  const about = { benchmark: "mpi", environment: environment(), ranks: ranks.size, library: await describeMpi(env) };
  const sums = [];
  for (const length of LENGTHS) sums.push(await timeSum(ranks, length, repeat));
  const hosts = [...new Set(await fromEach(ranks, hostname()))].length;
  const peaks = await fromEach(ranks, peakRssMiB());
  ranks.finish();
  return ranks.rank > 0 ? { result: undefined } : { result: { ...about, hosts, sums, peakRssMiB: peaks }, out };
}

async function timeSum(ranks: Communicator, length: number, repeat: number) {
  const values = new Float32Array(length).fill(ranks.rank + 1);
  ranks.allReduceSum(values); // not counted: memory is touched for the first time
  const own: number[] = [];
  for (let i = 0; i < repeat; i++) {
    values.fill(ranks.rank + 1);
    ranks.barrier();
    const start = performance.now();
    ranks.allReduceSum(values);
    own.push(performance.now() - start);
  }
  const total = (ranks.size * (ranks.size + 1)) / 2;
  if (!values.every((value) => value === total)) throw new Error(`the sum of ${length} values is wrong`);
  const all = await fromEach(ranks, own);
  const ms = own.map((_, i) => Math.max(...all.map((one) => one[i]))).sort((a, b) => a - b);
  const median = ms[Math.floor(ms.length / 2)];
  const bytes = (2 * (ranks.size - 1) * 4 * length) / ranks.size;
  return {
    values: length,
    ms: { median: round(median, 3), min: round(ms[0], 3), max: round(ms[ms.length - 1], 3), runs: repeat },
    gigabytesPerSecond: round(bytes / 1e6 / median, 3),
  };
}

function mpiOptions(args: readonly string[]): { repeat: number; out?: string } {
  try {
    const text = { type: "string" } as const;
    const { values } = parseArgs({ args: [...args], options: { repeat: text, out: text } });
    const repeat = Number(values.repeat ?? "21");
    if (Number.isInteger(repeat) && repeat >= 1 && repeat <= 10_000) return { repeat, out: values.out };
    throw new Error(`--repeat ${values.repeat} is not a number from 1 to 10000`);
  } catch (cause) {
    throw new UsageError({ where: "options", what: (cause as Error).message, todo: "See --help", cause });
  }
}
