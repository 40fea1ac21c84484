import type { Layer, LayerKind } from "../layer.ts";
import type { LayeredNetwork } from "../network.ts";
import type { QuantizationScheme } from "../scheme.ts";
import { compileAttention, compileLookup } from "./compileAttention.ts";
import { compileLinear } from "./compileLinear.ts";
import { compileGroupNorm, compileLayerNorm } from "./compileNorm.ts";
import { compileFeatures, compileGelu, compileMove, compileRotary } from "./compileSmall.ts";
import { Compiling, sizeOf } from "./compiling.ts";
import type { IntegerNetwork } from "./integerNetwork.ts";

/**
 * The network in whole numbers: every layer becomes one step or, where its output is split, one per part; biases, norms and scales become integers and multipliers.
 * Reshapes and splits vanish, a sum joins the product in front of it.
 * @param network with the shapes of one window, see `bindShapes`
 * @param scheme of the same network; every matrix in integers
 * @throws GraphError for a layer whose weights are not in integers, or whose sums of products do not fit 32 bits
 */
export function compileNetwork(network: LayeredNetwork, scheme: QuantizationScheme): IntegerNetwork {
  const compiling = new Compiling(network, scheme);
  const { graph, layers } = network;
  const inputs = new Map(graph.inputs.map((value) => [value.name, compiling.make(value, "i16")]));
  for (const layer of layers) COMPILE[layer.kind](compiling, layer);
  const { tensors, steps } = compiling;
  const logits = compiling.read(graph.outputs[0], "i16");
  return { tensors, steps, x: inputs.get("x")!, montage: inputs.get("montage")!, logits };
}

type Compile = (compiling: Compiling, layer: Layer) => void;

const COMPILE: Readonly<Record<LayerKind, Compile>> = {
  linear: compileLinear,
  gelu: compileGelu,
  layerNorm: compileLayerNorm,
  groupNorm: compileGroupNorm,
  attention: compileAttention,
  lookup: compileLookup,
  rotary: compileRotary,
  features: compileFeatures,
  add: compileAdd,
  move: compileMove,
};

/** A sum that no product has taken in: the operand of more values first, the other repeats. */
function compileAdd(compiling: Compiling, layer: Layer): void {
  const [output] = layer.outputs;
  if (compiling.isMade(output)) return;
  const [input, other] = layer.inputs
    .toSorted((a, b) => sizeOf(b) - sizeOf(a))
    .map((value) => compiling.read(value, "i16"));
  compiling.steps.push({ op: "add", layer: layer.name, input, other, output: compiling.make(output, "i16") });
}
