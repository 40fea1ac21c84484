import { WeightsError } from "../errors.ts";
import { createBuilder, type GraphBuilder, type Value } from "../graph/index.ts";
import type { Weights } from "./initialize.ts";
import type { LoraAdapters } from "./lora.ts";
import type { Network, NetworkAdapters, NoiseRates } from "./network.ts";
import type { NoiseInput } from "./noise.ts";
import type { Head } from "./parameters.ts";
import { checkSizes, type PanlunaSizes } from "./sizes.ts";

/** A network to build: sizes, head, weights. */
export interface PanlunaModel {
  readonly sizes: PanlunaSizes;
  readonly head: Head;
  readonly weights: Weights;
}

/** How a network is built whose weights change from run to run. */
export interface TrainingForm {
  /** Parameters and adapters that are inputs of the graph, under their names in the state dict; all others are constants. */
  readonly trained: ReadonlySet<string>;
  /** Chances of the noise; not given: the network as it is at inference, for validation. */
  readonly rates?: NoiseRates;
  /** Add the input `location_noise` (B, C, 2 | 3) to the scaled locations. */
  readonly locationNoise?: boolean;
  /** Adapters beside the weights. */
  readonly lora?: LoraAdapters;
}

/** A network without any part yet. */
export interface StartedNetwork {
  readonly net: Network;
  readonly g: GraphBuilder;
  /** Filled while parts are added. */
  readonly noise: NoiseInput[];
}

/** @throws GraphError for sizes that cannot be; asking for a parameter that the weights lack throws a WeightsError */
export function startNetwork(name: string, { sizes, weights }: PanlunaModel, form?: TrainingForm): StartedNetwork {
  const g = createBuilder(name);
  const inputs = new Map<string, Value>();
  const noise: NoiseInput[] = [];
  const input = (key: string, shape: Value["shape"]): Value => {
    const value = inputs.get(key) ?? g.input(key, "float32", shape);
    inputs.set(key, value);
    return value;
  };
  const parameterOf = (from: Weights) => (key: string) => {
    const tensor = from.get(key);
    if (tensor === undefined) throw new WeightsError({ where: "weights", what: `tensor ${key} is missing` });
    return form?.trained.has(key) ? input(key, tensor.shape) : g.parameter(key, tensor);
  };
  const kept = (place: string, shape: Value["shape"], rate: number) => {
    noise.push({ name: `dropout/${place}`, shape, rate });
    return g.input(`dropout/${place}`, "bool", shape);
  };
  const net: Network = {
    g,
    sizes: checkSizes(sizes),
    parameter: parameterOf(weights),
    ...(form?.rates && { training: { rates: form.rates, kept } }),
    ...(form?.lora && { adapters: adaptersOf(form.lora, parameterOf(form.lora.tensors)) }),
  };
  return { g, net, noise };
}

function adaptersOf({ tensors, scaling }: LoraAdapters, parameter: (key: string) => Value): NetworkAdapters {
  return {
    scaling,
    of(module) {
      if (!tensors.has(`${module}.lora_A`)) return undefined;
      return { a: parameter(`${module}.lora_A`), b: parameter(`${module}.lora_B`) };
    },
  };
}
