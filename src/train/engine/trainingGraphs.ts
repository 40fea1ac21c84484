import { absorbTransposes, type Graph, gradients } from "../../graph/index.ts";
import {
  type LoraAdapters,
  type NoiseInput,
  type NoiseRates,
  type OpenNetwork,
  openPanluna,
  type PanlunaModel,
  SILENT,
  type TrainingForm,
} from "../../model/index.ts";
import type { RoundingScheme } from "../../quant/index.ts";
import type { Losses, Objective } from "../objective/objective.ts";
import { openRounded } from "../quantize/openRounded.ts";

/** What is trained and how the network is disturbed meanwhile. */
export interface TrainingSetup {
  readonly model: PanlunaModel;
  readonly lora?: LoraAdapters;
  /** Names of the parameters and adapters that are trained, in the order of the state dict. */
  readonly trained: readonly string[];
  readonly objective: Objective;
  /** Chances of the noise; none if not given. */
  readonly rates?: NoiseRates;
  /** Noise on scaled locations, an input. */
  readonly locationNoise?: boolean;
  /** Round the tensors of the network, in training and validation; it is then trained without noise and without adapters. */
  readonly rounding?: RoundingScheme;
}

/** Graphs whose inputs are a micro-batch and, under their names, the trained parameters. */
export interface TrainingGraphs {
  /** Outputs `loss.<part>` and `d/<parameter>`: the gradients of the loss. */
  readonly gradient: Graph;
  /** Noise inputs of `gradient`. */
  readonly noise: readonly NoiseInput[];
  /** Names of the losses; one is "loss", which is differentiated. */
  readonly losses: readonly string[];
  /** Without noise, for validation: output `logits` of a classification head, else `loss.<part>`. */
  readonly evaluation: Graph;
}

export const gradientName = (parameter: string): string => `d/${parameter}`;
export const lossName = (part: string): string => `loss.${part}`;

/** Build the graphs of a training. @throws GraphError, WeightsError as `openPanluna` */
export function trainingGraphs(setup: TrainingSetup): TrainingGraphs {
  return { ...gradientGraph(setup), evaluation: evaluationGraph(setup) };
}

function gradientGraph(setup: TrainingSetup): Omit<TrainingGraphs, "evaluation"> {
  const { trained, objective, rates = SILENT, locationNoise = false } = setup;
  const open = openSetup(setup, { rates, locationNoise });
  const losses = objective.losses(open);
  const inputs = new Map(open.g.inputs.map((value) => [value.name, value]));
  const parameters = trained.filter((name) => inputs.has(name));
  const grads = gradients(
    open.g,
    losses.total,
    parameters.map((name) => inputs.get(name)!),
  );
  const outputs = Object.fromEntries(parameters.map((name, i) => [gradientName(name), grads[i]]));
  const gradient = absorbTransposes(open.finish({ ...lossOutputs(losses), ...outputs }));
  return { gradient, noise: open.noise, losses: Object.keys(losses.parts) };
}

function evaluationGraph(setup: TrainingSetup): Graph {
  const { model, objective } = setup;
  const open = openSetup(setup, {});
  if (model.head.kind === "classify") return open.finish({ logits: open.value("logits") });
  return open.finish(lossOutputs(objective.losses(open)));
}

function openSetup(
  { model, lora, trained, objective, rounding }: TrainingSetup,
  noise: Pick<TrainingForm, "rates" | "locationNoise">,
): OpenNetwork {
  const training = { trained: new Set(trained), ...(lora && { lora }) };
  if (rounding !== undefined) return openRounded(model, rounding, training);
  return openPanluna(model, { masked: objective.masked, training: { ...training, ...noise } });
}

const lossOutputs = ({ parts }: Losses) =>
  Object.fromEntries(Object.entries(parts).map(([part, value]) => [lossName(part), value]));
