import { float32, type Tensor } from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import type { LayeredNetwork } from "./network.ts";
import { type QuantizedWeight, quantizeWeight, type WeightBits } from "./quantizeWeight.ts";
import type { QuantizationScheme } from "./scheme.ts";

/** Whether a layer has a matrix of weights. */
export const hasWeights = ({ kind }: Layer): boolean => kind === "linear" || kind === "lookup";

/**
 * The matrices of a network in integers, by the names of their layers.
 * @param features scales of the frequency features, which the matrix behind them takes in
 * @param bitsOf width for each layer; "float" leaves its weights as they are
 */
export function quantizeWeights(
  { graph, layers, tensors }: LayeredNetwork,
  features: QuantizationScheme["features"],
  bitsOf: (layer: Layer) => WeightBits | "float",
): Map<string, QuantizedWeight> {
  return new Map(
    layers.filter(hasWeights).flatMap((layer) => {
      const bits = bitsOf(layer);
      if (bits === "float") return [];
      const weight = graph.initializers.get(layer.constants["weight"])!;
      const read = tensors.of(layer.inputs[0])?.features ? withRows(weight, features) : weight;
      return [[layer.name, quantizeWeight(read, layer.kind === "lookup" ? 0 : 1, bits)] as const];
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
