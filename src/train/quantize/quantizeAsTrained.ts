import { type PanlunaModel, panlunaGraph } from "../../model/index.ts";
import { layeredNetwork, type RoundingScheme, roundWeights } from "../../quant/index.ts";
import { foldConstants } from "../../runtime/foldConstants.ts";
import type { Engine } from "../../runtime/session.ts";
import type { QuantizedNetwork } from "./quantizeModel.ts";

/**
 * Quantise a network that was trained rounded: to the integers that it was trained with.
 * @param model with a classification head, as `best.safetensors` has it
 * @param rounding that stands beside its weights, see `readCheckpoint`
 * @throws GraphError for a network that integers cannot compute
 */
export async function quantizeAsTrained(
  model: PanlunaModel,
  rounding: RoundingScheme,
  engine: Engine,
): Promise<QuantizedNetwork> {
  const graph = await foldConstants(panlunaGraph(model, { montage: "embedded", outputs: ["logits"] }), engine);
  const network = layeredNetwork(graph);
  return { ...network, scheme: { ...rounding, weights: roundWeights(network, rounding) } };
}
