import { type OpenNetwork, openMontage, openPanluna, type PanlunaModel, type TrainingForm } from "../../model/index.ts";
import {
  copyRounded,
  layeredNetwork,
  type Rounding,
  type RoundingScheme,
  STRAIGHT_THROUGH,
  type WeightScales,
} from "../../quant/index.ts";

/**
 * The network of a task with every tensor rounded that an integer engine rounds, and gradients as if it were not. Built without noise: integers have none.
 *
 * Inputs as `openPanluna` with the montage from locations; values: `logits`.
 * @throws GraphError for a network that integers cannot compute, such as one with adapters beside its weights
 */
export function openRounded(
  model: PanlunaModel,
  scheme: RoundingScheme,
  training: Pick<TrainingForm, "trained">,
  rounding: Rounding<WeightScales> = STRAIGHT_THROUGH,
): OpenNetwork {
  const plain = openPanluna(model, { montage: "embedded", training });
  const network = layeredNetwork(plain.finish({ logits: plain.value("logits") }));
  const open = openMontage(model, { name: "panluna", training });
  const { g } = open;
  const known = new Map([...g.inputs.map((v) => [v.name, v] as const), ["montage", open.value("montage")]]);
  const inputOf = (input: (typeof g.inputs)[number]) =>
    known.get(input.name) ?? g.input(input.name, input.dtype, input.shape);
  const values = copyRounded(g, network, scheme, rounding, inputOf);
  g.name("logits", values.get(network.graph.outputs[0])!);
  return open;
}
