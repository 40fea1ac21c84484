import { type PanlunaModel, PUBLISHED } from "../src/model/index.ts";
import { MODEL_SFREQ } from "../src/signal/index.ts";
import { benchGraph, benchModel, type Case, casesNamed, NUM_CLASSES } from "./cases.ts";
import { environment, peakRssMiB } from "./environment.ts";
import { executedFlops } from "./executedFlops.ts";
import { modelFlops } from "./flops.ts";
import { MATMUL_FLOPS, MATMUL_SHAPE, type MatMulReference, matMulReference } from "./matmul.ts";
import { interleave, round, summarize } from "./measure.ts";
import { type BenchOptions, benchOptions } from "./options.ts";
import { operatorShares } from "./profile.ts";
import { panlunaSubject, type SubjectOptions } from "./subject.ts";

/**
 * Speed of the network. Per case: times, windows/s, GFLOP/s, and two efficiencies over a bare MatMul that is timed before and after
 * the network in every turn: `efficiency` by the operations of the network as specified (flops.ts), `executedEfficiency` by those
 * that our graph does (executedFlops.ts). `best…` compares minima; `cpu…` compares processor time, which on one thread other work on
 * the machine disturbs least.
 */
export async function inference(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const options = benchOptions(args, "1,2");
  const start = environment();
  const model = benchModel();
  const cases: unknown[] = [];
  for (const threads of options.threads) {
    const matmul = await matMulReference(threads);
    for (const layout of casesNamed(options.cases)) {
      for (const batch of options.batches) cases.push(await timeCase(model, matmul, layout, batch, threads, options));
    }
    await matmul.close();
  }
  const { repeat, montage } = options;
  return {
    result: {
      benchmark: "inference",
      environment: start,
      repeat,
      montage,
      matmul: MATMUL_SHAPE,
      cases,
      peakRssMiB: peakRssMiB(),
    },
    out: options.out,
  };
}

async function timeCase(
  model: PanlunaModel,
  matmul: MatMulReference,
  layout: Case,
  batch: number,
  threads: number,
  { repeat, montage, profile }: BenchOptions,
) {
  const settings: SubjectOptions = { batch, threads, montage };
  const subject = await panlunaSubject(model, layout, settings);
  const programs = { matmul: matmul.run, network: subject.run };
  const times = await interleave(programs, ["matmul", "network", "matmul"], repeat);
  await subject.close();
  const [ms, reference] = [summarize(times.network), summarize(times.matmul)];
  const flops = flopsOf(model, layout, batch, settings);
  const rate = (count: number, milliseconds: number) => count / milliseconds / 1e6; // GFLOP/s
  const over = (count: number, at: "median" | "min" | "cpu") =>
    round(rate(count, ms[at]) / rate(MATMUL_FLOPS, reference[at]), 3);
  return {
    name: `${layout.name}_b${batch}`,
    channels: layout.channels,
    seconds: layout.samples / MODEL_SFREQ,
    batch,
    threads,
    ms,
    windowsPerSecond: round((1e3 * batch) / ms.median, 1),
    gflop: round(flops.model / 1e9, 3),
    executedGflop: round(flops.executed / 1e9, 3),
    gflops: round(rate(flops.model, ms.median), 1),
    executedGflops: round(rate(flops.executed, ms.median), 1),
    matmulMs: reference,
    matmulGflops: round(rate(MATMUL_FLOPS, reference.median), 1),
    efficiency: over(flops.model, "median"),
    executedEfficiency: over(flops.executed, "median"),
    bestEfficiency: over(flops.model, "min"),
    bestExecutedEfficiency: over(flops.executed, "min"),
    cpuEfficiency: over(flops.model, "cpu"),
    cpuExecutedEfficiency: over(flops.executed, "cpu"),
    ...(profile ? { shares: await sharesOf(model, layout, settings) } : {}),
  };
}

function flopsOf(model: PanlunaModel, { channels, samples }: Case, batch: number, { montage }: SubjectOptions) {
  const patches = samples / PUBLISHED.patchSize;
  return {
    model: batch * modelFlops(PUBLISHED, channels, patches, NUM_CLASSES),
    executed: executedFlops(benchGraph(model, montage), { B: batch, C: channels, S: patches, dim: 3 }),
  };
}

const sharesOf = (model: PanlunaModel, layout: Case, settings: SubjectOptions) =>
  operatorShares((profilePrefix) => panlunaSubject(model, layout, { ...settings, profilePrefix }));
