import { float32, type Tensor } from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import type { LayeredNetwork } from "./network.ts";
import {
  type QuantizedWeight,
  quantizeWeight,
  roundWeight,
  type WeightBits,
  type WeightScales,
} from "./quantizeWeight.ts";
import type { QuantizationScheme, RoundingScheme } from "./scheme.ts";

/** Whether a layer has a matrix of weights. */
export const hasWeights = ({ kind }: Layer): boolean => kind === "linear" || kind === "lookup";

/**
 * The matrices of a network in integers, by the names of their layers.
 * @param features scales of the frequency features, which the matrix behind them takes in
 * @param bitsOf width for each layer; "float" leaves its weights as they are
 */
export function quantizeWeights(
  network: LayeredNetwork,
  features: QuantizationScheme["features"],
  bitsOf: (layer: Layer) => WeightBits | "float",
): Map<string, QuantizedWeight> {
  return roundMatrices(network, features, (layer, weight) => {
    const bits = bitsOf(layer);
    return bits === "float" ? undefined : quantizeWeight(weight, layer.kind === "lookup" ? 0 : 1, bits);
  });
}

/** The matrices of a network in integers whose scales are known; a layer without scales keeps its weights as they are. */
export function roundWeights(
  network: LayeredNetwork,
  { features, weights }: RoundingScheme,
): Map<string, QuantizedWeight> {
  return roundMatrices(network, features, ({ name }, weight) => {
    const scales: WeightScales | undefined = weights.get(name);
    return scales && roundWeight(weight, scales);
  });
}

function roundMatrices(
  { graph, layers, tensors }: LayeredNetwork,
  features: Float32Array,
  round: (layer: Layer, weight: Tensor) => QuantizedWeight | undefined,
): Map<string, QuantizedWeight> {
  return new Map(
    layers.filter(hasWeights).flatMap((layer) => {
      const weight = graph.initializers.get(layer.constants["weight"])!;
      const integers = round(layer, tensors.of(layer.inputs[0])?.features ? withRows(weight, features) : weight);
      return integers === undefined ? [] : [[layer.name, integers] as const];
    }),
  );
}

/** `diag(factors) · W` */
function withRows({ data, shape }: Tensor, factors: Float32Array): Tensor {
  const columns = shape[1];
  return float32(
    Float32Array.from(data as Float32Array, (v, i) => v * factors[Math.floor(i / columns)]),
    shape,
  );
}
