import { type LoraAdapters, mergeLora, type PanlunaModel, parameterSpecs, type Weights } from "../../model/index.ts";
import { encoderDigest, type MergedAdapters } from "../../task/index.ts";
import { openStepEngine } from "../engine/openStepEngine.ts";
import type { EngineState, StepEngine } from "../engine/stepEngine.ts";
import { type TrainingSetup, trainingGraphs } from "../engine/trainingGraphs.ts";
import { parameterRules, type RuleOptions } from "../optimizer/groups.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import type { TrainingPlatform } from "./platform.ts";

/** A network with what is trained in it. */
export interface TrainedModel extends Pick<TrainingSetup, "objective" | "rates" | "locationNoise" | "rounding"> {
  readonly model: PanlunaModel;
  readonly lora?: LoraAdapters;
  readonly rules: RuleOptions;
  /** Decay of the running mean of the weights; 0 keeps none. */
  readonly ema: number;
}

/** A network on an engine, ready for steps. */
export interface OpenedModel {
  readonly engine: StepEngine;
  readonly noise: ReturnType<typeof trainingGraphs>["noise"];
  /** Names of the losses. */
  readonly losses: readonly string[];
  /** All tensors of a state: those that are not trained, too. */
  weightsOf(trained: Weights): Weights;
  /** Plain weights of the model: the running mean where one is kept, adapters merged. */
  modelOf(state: EngineState): Weights;
  /** The adapters that `modelOf` merges; undefined without. */
  adaptersOf(state: EngineState): MergedAdapters | undefined;
}

/**
 * Put a network on an engine.
 * @param resumed its weights and moments take the place of those of the model
 */
export async function openTrainedModel(
  { model, lora, rules: options, ema, ...setup }: TrainedModel,
  { engine, session }: TrainingPlatform,
  resumed: Checkpoint | undefined,
): Promise<OpenedModel> {
  const known = resumed?.weights;
  const current = (weights: Weights): Weights =>
    new Map([...weights].map(([name, t]) => [name, known?.get(name) ?? t]));
  const base = current(model.weights);
  const adapters = lora && { ...lora, tensors: current(lora.tensors) };
  const all: Weights = new Map([...base, ...(adapters?.tensors ?? [])]);
  const specs = parameterSpecs(model.sizes, model.head);
  const added = [...(adapters?.tensors ?? [])].map(([name, { shape }]) => ({ name, shape }));
  const rules = parameterRules([...specs, ...added], options);
  const trained = [...rules.keys()];
  const graphs = trainingGraphs({ ...setup, model: { ...model, weights: base }, lora: adapters, trained });
  const weights: Weights = new Map(trained.map((name) => [name, all.get(name)!]));
  const { m, v, ema: averaged } = resumed ?? { m: new Map(), v: new Map() };
  const state = { weights, m, v, ...(averaged && { ema: averaged }) };
  const encoder = adapters && (await encoderDigest(partOf(base, adapters, false))); // a resumed model has them in it
  const opened = await openStepEngine(engine, graphs, { rules, ema, state }, session);
  const weightsOf = (own: Weights): Weights =>
    new Map([...all].map(([name, tensor]) => [name, own.get(name) ?? tensor]));
  return {
    engine: opened,
    noise: graphs.noise,
    losses: graphs.losses,
    weightsOf,
    modelOf: (own) => merged(weightsOf(own.ema ?? own.weights), adapters),
    adaptersOf: (own) => {
      if (adapters === undefined || encoder === undefined) return undefined;
      return { tensors: partOf(weightsOf(own.ema ?? own.weights), adapters, true), scaling: adapters.scaling, encoder };
    },
  };
}

/** Weights without adapters, which are added in. */
function merged(weights: Weights, lora: LoraAdapters | undefined): Weights {
  if (lora === undefined) return weights;
  return mergeLora(partOf(weights, lora, false), { tensors: partOf(weights, lora, true), scaling: lora.scaling });
}

/** The tensors that are adapters, or those that are not. */
const partOf = (weights: Weights, { tensors }: LoraAdapters, adapters: boolean): Weights =>
  new Map([...weights].filter(([name]) => tensors.has(name) === adapters));
