import { float32, type Tensor } from "../../graph/index.ts";
import type { Weights } from "../../model/index.ts";
import type { SessionOptions } from "../../runtime/session.ts";
import { clipFactor, type GradientNorm, gradientNorm, type NamedValues } from "../optimizer/clip.ts";
import {
  type DeviceEngine,
  type DeviceSessions,
  type DeviceVectors,
  deviceSessions,
  named,
  vectorsOf,
} from "./deviceSessions.ts";
import { type FlatGroup, flatGroups, flatten, viewsOf } from "./flatGraphs.ts";
import { lossesOf } from "./hostEngine.ts";
import type { EngineOptions, EngineState, StepEngine, StepUpdate } from "./stepEngine.ts";
import type { TrainingGraphs } from "./trainingGraphs.ts";
import { KINDS, type Kind, updateScalars } from "./updateGraphs.ts";

/** What stays on the device between steps. */
type Held = Record<"weights" | "m" | "v", DeviceVectors> & Partial<Record<"ema", DeviceVectors>>;

/** What the functions of one training work on. */
interface Training {
  readonly groups: readonly FlatGroup[];
  readonly sessions: DeviceSessions;
  /** Names of the trained tensors, in the order of the state. */
  readonly names: readonly string[];
  readonly ema: number;
  held: Held;
  /** Gradients of the step so far. */
  sums?: DeviceVectors;
}

/**
 * Training with weights, gradients and optimiser on the device: a step takes its windows and a dozen scalars there and brings its losses and the norm
 * of the gradient back. The state comes back when it is asked for, gradients when ranks exchange them. Arithmetic is float32 throughout.
 * @throws SessionError when the engine refuses a graph
 */
export async function openDeviceEngine(
  engine: DeviceEngine,
  graphs: TrainingGraphs,
  { rules, ema, state }: EngineOptions,
  session: SessionOptions,
): Promise<StepEngine> {
  const names = [...state.weights.keys()].filter((name) => rules.has(name));
  const groups = flatGroups(new Map(names.map((name) => [name, rules.get(name)!])), state.weights);
  const sessions = deviceSessions(engine, graphs, groups, { ...session, ema: ema > 0 });
  try {
    await sessions.of("gradient");
    const held = await upload(sessions, groups, state, ema > 0);
    return stepEngine({ groups, sessions, names, ema, held });
  } catch (error) {
    await sessions.close();
    throw error;
  }
}

async function upload(
  { up }: DeviceSessions,
  groups: readonly FlatGroup[],
  state: EngineState,
  averages: boolean,
): Promise<Held> {
  const vectors = (from: Weights) => up(flatten(groups, from));
  return {
    weights: await vectors(state.weights),
    m: await vectors(state.m),
    v: await vectors(state.v),
    ...(averages && { ema: await vectors(state.ema ?? state.weights) }),
  };
}

function stepEngine(training: Training): StepEngine {
  const { sessions } = training;
  return {
    async accumulate(feeds) {
      const gradient = await sessions.of("gradient");
      const { host, device } = await gradient.run({ ...feeds, ...named("weights", training.held.weights) });
      await addGradients(training, vectorsOf("gradients", device, training.groups));
      return lossesOf(host);
    },
    exchange: (change) => exchange(training, change),
    update: (update) => applyStep(training, update),
    async evaluate(feeds, averaged = false) {
      const { weights, ema } = training.held;
      const evaluation = await sessions.of("evaluation");
      const { host } = await evaluation.run({ ...feeds, ...named("weights", (averaged ? ema : undefined) ?? weights) });
      return { ...host };
    },
    state: () => stateOf(training),
    async close() {
      for (const vectors of [...Object.values(training.held), training.sums ?? []]) release(vectors);
      await sessions.close();
    },
  };
}

function release(vectors: DeviceVectors): void {
  for (const vector of vectors) vector.release();
}

/** In the order of the micro-batches; the first one's gradients become the sums. */
async function addGradients(training: Training, gradients: DeviceVectors): Promise<void> {
  const { sums, sessions, groups } = training;
  if (sums === undefined) {
    training.sums = gradients;
    return;
  }
  const add = await sessions.of("add");
  const { device } = await add.run({ ...named("gradients", sums), ...named("more", gradients) });
  training.sums = vectorsOf("sums", device, groups);
  release(sums);
  release(gradients);
}

/** The gradients of the step; zeros where nothing was accumulated. */
async function sumsOf(training: Training): Promise<DeviceVectors> {
  training.sums ??= await training.sessions.up(flatten(training.groups, new Map()));
  return training.sums;
}

async function exchange(training: Training, change: (gradients: readonly NamedValues[]) => void): Promise<void> {
  const { sessions } = training;
  const sums = await sumsOf(training);
  const vectors = await sessions.down(sums);
  change(gradientsIn(training, vectors));
  training.sums = await sessions.up(vectors);
  release(sums);
}

/** The tensors in vectors that came back, in the order of the state. */
function gradientsIn({ groups, names }: Training, vectors: readonly Float32Array[]): NamedValues[] {
  const views = viewsOf(groups, vectors);
  return names.map((name) => [name, views.get(name)!]);
}

async function applyStep(training: Training, update: StepUpdate): Promise<GradientNorm> {
  const { sessions, groups, held, ema } = training;
  const sums = await sumsOf(training);
  const norm = await normOf(training, sums);
  if (norm.fault === undefined) {
    const scalars = updateScalars(update, clipFactor(norm.norm, update.clip), ema);
    const state = Object.entries(held).map(([kind, vectors]) => named(kind, vectors));
    const feeds = Object.assign({ ...scalars, ...named("gradients", sums) }, ...state);
    const { device } = await (await sessions.of("update")).run(feeds);
    const kinds = KINDS.filter((kind) => held[kind] !== undefined);
    training.held = Object.fromEntries(
      kinds.map((kind) => [kind, vectorsOf(`new ${kind}`, device, groups)]),
    ) as unknown as Held;
    for (const vectors of Object.values(held)) release(vectors);
  }
  release(sums);
  training.sums = undefined;
  return norm;
}

/** Squares are summed on the device. Where that sum is not finite, the gradients come back to say where, or that float32 was too small for it. */
async function normOf(training: Training, sums: DeviceVectors): Promise<GradientNorm> {
  const { host } = await (await training.sessions.of("norm")).run(named("gradients", sums));
  const norm = Math.sqrt(Number(host.squares.data[0]));
  return Number.isFinite(norm) ? { norm } : gradientNorm(gradientsIn(training, await training.sessions.down(sums)));
}

async function stateOf({ groups, names, sessions, held }: Training): Promise<EngineState> {
  const shapes = new Map(groups.flatMap(({ tensors }) => tensors.map(({ name, shape }) => [name, shape])));
  const tensors = async (kind: Kind): Promise<Map<string, Tensor>> => {
    const views = viewsOf(groups, await sessions.down(held[kind]!));
    return new Map(names.map((name) => [name, float32(views.get(name)!.slice(), shapes.get(name)!)]));
  };
  return {
    weights: await tensors("weights"),
    m: await tensors("m"),
    v: await tensors("v"),
    ...(held.ema && { ema: await tensors("ema") }),
  };
}
