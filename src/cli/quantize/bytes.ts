import { hasWeights } from "../../quant/index.ts";
import type { QuantizedNetwork } from "../../train/quantize/quantizeModel.ts";

/** What the parameters of a network take. */
export interface WeightBytes {
  /** All as float32. */
  readonly float: number;
  /** Matrices packed to their bits, with a float32 scale per output channel; biases, norms and tables in 32 bits. */
  readonly quantised: number;
}

export function weightBytes({ graph, layers, scheme }: QuantizedNetwork): WeightBytes {
  const floats = [...graph.initializers.values()].filter(({ dtype }) => dtype === "float32");
  const all = floats.reduce((sum, { data }) => sum + 4 * data.length, 0);
  const matrices = layers.filter((layer) => hasWeights(layer)).flatMap(({ name }) => scheme.weights.get(name) ?? []);
  const saved = matrices.reduce(
    (sum, { values, scales, bits }) =>
      sum + 4 * values.length - Math.ceil((values.length * bits) / 8) - 4 * scales.length,
    0,
  );
  return { float: all, quantised: all - saved };
}
