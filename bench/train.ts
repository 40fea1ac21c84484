import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { SessionError, UsageError } from "../src/errors.ts";
import { initializeWeights, PUBLISHED, parameterSpecs, randomStream } from "../src/model/index.ts";
import { nodeEngine } from "../src/runtime/node.ts";
import type { Feeds } from "../src/runtime/session.ts";
import { MODEL_SFREQ } from "../src/signal/index.ts";
import { openHostEngine } from "../src/train/engine/hostEngine.ts";
import type { StepEngine } from "../src/train/engine/stepEngine.ts";
import { type TrainingGraphs, trainingGraphs } from "../src/train/engine/trainingGraphs.ts";
import { reconstructionObjective } from "../src/train/objective/reconstruction.ts";
import { parameterRules } from "../src/train/optimizer/groups.ts";
import { type Case, feedsOf } from "./cases.ts";
import { environment, forgetPeakRss, peakRssMiB } from "./environment.ts";
import { executedFlops } from "./executedFlops.ts";
import { reconstructionFlops } from "./flops.ts";
import { MATMUL_FLOPS, MATMUL_SHAPE, type MatMulReference, matMulReference } from "./matmul.ts";
import { interleave, medianOf, pairedRatio, round, summarize, type Turns } from "./measure.ts";
import { timingOptions } from "./options.ts";
import { operatorShares } from "./profile.ts";

/** Windows of a layout in one step. */
interface TrainCase extends Case {
  readonly batch: number;
}

const CASES: readonly TrainCase[] = [
  { name: "22ch5s_b16", channels: 22, samples: 5 * MODEL_SFREQ, batch: 16 },
  { name: "12ch5s_b32", channels: 12, samples: 5 * MODEL_SFREQ, batch: 32 },
];

const HEAD = { kind: "reconstruct", numChannelNames: 104 } as const;
const STEP = { lr: 1e-4, betas: [0.9, 0.98], eps: 1e-8, weightDecay: 0.05, clip: 1 } as const;
/** Products of a step over those of its forward pass: each one has a gradient per operand. */
const STEP_OVER_FORWARD = 3;

/**
 * Speed of a training step of the published network with its reconstruction head, every parameter trained: forward, backward, norm and
 * clipping, AdamW. `gflop` is three times the forward pass as specified (flops.ts), `executedGflop` what the gradient graph does
 * (executedFlops.ts). `efficiency` is `gflop` per second over the rate of a bare MatMul, median over turns that each time the MatMul before
 * and after; `best…` compares minima, `cpu…` processor time, which on one thread other work on the machine disturbs least. Peak memory is
 * that of the process, `afterGcMiB` what stays between steps.
 */
export async function train(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const { threads, cases, repeat, profile, out } = timingOptions(args, "2");
  const start = environment();
  const graphs = benchTraining();
  const results: unknown[] = [];
  for (const count of threads) {
    const matmul = await matMulReference(count);
    for (const one of casesNamed(cases)) {
      const times = await timeCase(graphs, matmul, one, count, repeat);
      const shares = profile ? { shares: await sharesOf(graphs, one, count) } : {};
      results.push({ ...times, ...shares });
    }
    await matmul.close();
  }
  return { result: { benchmark: "train", environment: start, repeat, matmul: MATMUL_SHAPE, cases: results }, out };
}

function casesNamed(names: readonly string[]): readonly TrainCase[] {
  const known = CASES.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names.length === 0 ? CASES : CASES.filter(({ name }) => names.includes(name));
  throw new UsageError({ where: "--cases", what: "no such case", expected: known.join(", "), got: unknown });
}

const weights = () => initializeWeights(PUBLISHED, HEAD);
const rulesOf = () =>
  parameterRules(parameterSpecs(PUBLISHED, HEAD), { mode: "full", decay: "all", depth: PUBLISHED.depth });

function benchTraining(): TrainingGraphs {
  const model = { sizes: PUBLISHED, head: HEAD, weights: weights() };
  return trainingGraphs({
    model,
    trained: [...rulesOf().keys()],
    objective: reconstructionObjective(PUBLISHED.patchSize),
  });
}

async function timeCase(
  graphs: TrainingGraphs,
  matmul: MatMulReference,
  one: TrainCase,
  threads: number,
  repeat: number,
) {
  forgetPeakRss();
  const subject = await trainSubject(graphs, one, { threads });
  const order = ["matmul", "step", "matmul"] as const;
  const times = await interleave({ matmul: matmul.run, step: subject.run }, order, repeat);
  const [peak, kept] = [peakRssMiB(), rssAfterGcMiB()];
  await subject.close();
  const patches = one.samples / PUBLISHED.patchSize;
  const gflop = (STEP_OVER_FORWARD * one.batch * reconstructionFlops(PUBLISHED, one.channels, patches)) / 1e9;
  const executed = executedFlops(graphs.gradient, { B: one.batch, C: one.channels, S: patches, dim: 3 }) / 1e9;
  const [ms, reference] = [summarize(times.step), summarize(times.matmul)];
  const matmuls = MATMUL_FLOPS / 1e9;
  const pace = pairedRatio(times.step, aroundSteps(times.matmul)) * matmuls; // GFLOP of the MatMul in the time of a step
  return {
    name: one.name,
    batch: one.batch,
    threads,
    ms,
    gradientMs: partOf(subject.gradientMs),
    updateMs: partOf(subject.updateMs),
    windowsPerSecond: round((1e3 * one.batch) / ms.median, 1),
    nodes: graphs.gradient.nodes.length,
    gflop: round(gflop, 3),
    executedGflop: round(executed, 3),
    gflops: round((1e3 * gflop) / ms.median, 1),
    matmulMs: reference,
    matmulGflops: round((1e3 * matmuls) / reference.median, 1),
    efficiency: round(gflop / pace, 3),
    executedEfficiency: round(executed / pace, 3),
    bestEfficiency: round(gflop / ms.min / (matmuls / reference.min), 3),
    cpuEfficiency: round(gflop / ms.cpu / (matmuls / reference.cpu), 3),
    peakRssMiB: peak,
    afterGcMiB: kept,
  };
}

/** The turns before and after each step, as one. */
const aroundSteps = (turns: Turns): Turns =>
  turns
    .filter((_, i) => i % 2 === 0)
    .map(({ ms, cpuMs }, i) => ({ ms: [...ms, ...turns[2 * i + 1].ms], cpuMs: (cpuMs + turns[2 * i + 1].cpuMs) / 2 }));

const partOf = (ms: readonly number[]) => ({ median: round(medianOf(ms), 2), min: round(Math.min(...ms), 2) });

/** A training that goes on by one step with every `run`. */
interface TrainSubject {
  readonly gradientMs: readonly number[];
  readonly updateMs: readonly number[];
  run(): Promise<void>;
  close(): Promise<void>;
}

async function trainSubject(
  graphs: TrainingGraphs,
  one: TrainCase,
  session: { readonly threads: number; readonly profilePrefix?: string },
): Promise<TrainSubject> {
  const state = { weights: weights(), m: new Map(), v: new Map() };
  const engine: StepEngine = await openHostEngine(nodeEngine, graphs, { rules: rulesOf(), ema: 0, state }, session);
  const feeds = trainFeeds(one);
  const [gradientMs, updateMs]: [number[], number[]] = [[], []];
  let step = 0;
  return {
    gradientMs,
    updateMs,
    async run() {
      const start = performance.now();
      const losses = await engine.accumulate(feeds);
      const middle = performance.now();
      const norm = await engine.update({ ...STEP, step: ++step });
      gradientMs.push(middle - start);
      updateMs.push(performance.now() - middle);
      checkStep(one.name, losses, norm.norm);
    },
    close: () => engine.close(),
  };
}

/** @throws SessionError for losses or gradients that are not finite: speed of a wrong result is no speed */
function checkStep(where: string, losses: Readonly<Record<string, number>>, norm: number): void {
  const values = [...Object.values(losses), norm];
  if (values.length > 1 && values.every(Number.isFinite) && norm > 0) return;
  throw new SessionError({ where, what: "wrong losses or gradients", got: values.join(", ") });
}

/** Normal noise on raw locations, half of the patches masked. */
function trainFeeds(one: TrainCase): Feeds {
  const { batch, channels, samples } = one;
  const patches = samples / PUBLISHED.patchSize;
  const names = Int32Array.from({ length: batch * channels }, (_, i) => i % channels);
  const masked = randomStream(0, "bench/mask").normal(0, batch * channels * patches);
  return {
    ...feedsOf(one, batch, "locations"),
    channel_names: { dtype: "int32", shape: [batch, channels], data: names },
    mask: { dtype: "bool", shape: [batch, channels, patches], data: Uint8Array.from(masked, (v) => Number(v > 0)) },
    share: { dtype: "float32", shape: [], data: Float32Array.of(1) },
  };
}

function rssAfterGcMiB(): number {
  setFlagsFromString("--expose_gc");
  const collect: () => void = runInNewContext("gc");
  collect();
  return Math.round(process.memoryUsage().rss / 2 ** 20);
}

const sharesOf = (graphs: TrainingGraphs, one: TrainCase, threads: number) =>
  operatorShares((profilePrefix) => trainSubject(graphs, one, { threads, profilePrefix }));
