import { float32, type Tensor } from "../../graph/index.ts";
import type { Weights } from "../../model/index.ts";
import type { Engine, Feeds, FeedTensor, Session, SessionOptions } from "../../runtime/session.ts";
import { adamwStep } from "../optimizer/adamw.ts";
import { clipFactor, type GradientNorm, gradientNorm, type NamedValues } from "../optimizer/clip.ts";
import { emaDecay, updateEma } from "../optimizer/ema.ts";
import type { EngineOptions, EngineState, StepEngine, StepUpdate } from "./stepEngine.ts";
import { gradientName, type TrainingGraphs } from "./trainingGraphs.ts";

/** One trained tensor with all that belongs to it. */
interface Trained {
  readonly name: string;
  readonly shape: readonly number[];
  readonly weight: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  readonly ema?: Float32Array;
  readonly lrFactor: number;
  readonly decays: boolean;
}

/**
 * Training with weights and optimiser in memory: the graph computes gradients, AdamW runs beside it. (In the graph AdamW takes a dozen passes over
 * the weights; here it takes one.)
 * @throws SessionError when the engine refuses a graph
 */
export async function openHostEngine(
  engine: Engine,
  graphs: TrainingGraphs,
  options: EngineOptions,
  session: SessionOptions,
): Promise<StepEngine> {
  const tensors = trainedOf(options);
  const gradient = await engine.createSession(graphs.gradient, session);
  let evaluation: Promise<Session> | undefined; // threads of a session that waits cost nothing, but its memory does
  const openEvaluation = () => (evaluation ??= engine.createSession(graphs.evaluation, session));
  const feedsFor = (names: readonly string[], of: (t: Trained) => Float32Array): Feeds =>
    Object.fromEntries(
      tensors.filter(({ name }) => names.includes(name)).map((t) => [t.name, float32(of(t), t.shape)]),
    );
  const parameters = feedsFor(gradient.inputNames, ({ weight }) => weight);
  let sums: Map<string, Float32Array> | undefined;
  const sumsOfStep = () =>
    (sums ??= new Map(tensors.map(({ name, weight }) => [name, new Float32Array(weight.length)])));
  return {
    async accumulate(feeds) {
      const results = await gradient.run({ ...feeds, ...parameters });
      sums = addGradients(sums, tensors, results);
      return lossesOf(results);
    },
    async exchange(change) {
      change([...sumsOfStep()]);
    },
    async update(update) {
      const norm = applyStep(tensors, [...sumsOfStep()], update, options.ema);
      sums = undefined;
      return norm;
    },
    async evaluate(feeds, averaged = false) {
      const opened = await openEvaluation();
      return opened.run({
        ...feeds,
        ...feedsFor(opened.inputNames, (t) => (averaged ? t.ema : undefined) ?? t.weight),
      });
    },
    state: async () => stateOf(tensors),
    async close() {
      await Promise.all([gradient.close(), evaluation?.then((opened) => opened.close())]);
    },
  };
}

function trainedOf({ rules, ema, state }: EngineOptions): Trained[] {
  const copy = (from: Weights | undefined, name: string, length: number) =>
    Float32Array.from((from?.get(name)?.data as Float32Array | undefined) ?? new Float32Array(length));
  return [...state.weights]
    .filter(([name]) => rules.has(name))
    .map(([name, { shape, data }]) => ({
      name,
      shape,
      weight: Float32Array.from(data as Float32Array),
      m: copy(state.m, name, data.length),
      v: copy(state.v, name, data.length),
      ...(ema > 0 && { ema: copy(state.ema ?? state.weights, name, data.length) }),
      ...rules.get(name)!,
    }));
}

/** Sums in the order of the micro-batches; the first one's arrays become the sums. */
function addGradients(
  sums: Map<string, Float32Array> | undefined,
  tensors: readonly Trained[],
  results: Readonly<Record<string, FeedTensor>>,
): Map<string, Float32Array> {
  const given = tensors.map(({ name, weight }) => {
    const values = results[gradientName(name)]?.data as Float32Array | undefined;
    return [name, values ?? new Float32Array(weight.length)] as const;
  });
  if (sums === undefined) return new Map(given);
  for (const [name, values] of given) {
    const sum = sums.get(name)!;
    for (let i = 0; i < sum.length; i++) sum[i] += values[i];
  }
  return sums;
}

/** The losses among the outputs of a graph, by part. */
export function lossesOf(results: Readonly<Record<string, FeedTensor>>): Record<string, number> {
  const entries = Object.entries(results).filter(([name]) => name.startsWith("loss."));
  return Object.fromEntries(entries.map(([name, { data }]) => [name.slice("loss.".length), Number(data[0])]));
}

function applyStep(
  tensors: readonly Trained[],
  gradients: readonly NamedValues[],
  { step, lr, betas, eps, weightDecay, clip }: StepUpdate,
  ema: number,
): GradientNorm {
  const norm = gradientNorm(gradients);
  if (norm.fault !== undefined) return norm;
  const gradientFactor = clipFactor(norm.norm, clip);
  const values = new Map(gradients);
  for (const t of tensors) {
    const own = { lr: lr * t.lrFactor, weightDecay: t.decays ? weightDecay : 0, betas, eps, step, gradientFactor };
    adamwStep(t.weight, values.get(t.name)!, t.m, t.v, own);
    if (t.ema !== undefined) updateEma(t.ema, t.weight, emaDecay(step - 1, ema));
  }
  return norm;
}

function stateOf(tensors: readonly Trained[]): EngineState {
  const collect = (of: (t: Trained) => Float32Array): Map<string, Tensor> =>
    new Map(tensors.map((t) => [t.name, float32(Float32Array.from(of(t)), t.shape)]));
  const keepsEma = tensors.some(({ ema }) => ema !== undefined);
  return {
    weights: collect(({ weight }) => weight),
    m: collect(({ m }) => m),
    v: collect(({ v }) => v),
    ...(keepsEma && { ema: collect(({ ema }) => ema!) }),
  };
}
