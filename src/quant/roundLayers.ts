import { copyNodes, createBuilder, type Graph, type GraphBuilder, type GraphNode, type Value } from "../graph/index.ts";
import { dividedFeatures, type Rounding, weightOf } from "./insertRounding.ts";
import type { Layer } from "./layer.ts";
import type { LayeredNetwork } from "./network.ts";
import type { QuantizedTensors } from "./quantizedTensors.ts";
import type { QuantizationScheme } from "./scheme.ts";

/** The network with one layer in integers: what it reads and its weights are rounded, all else is as it was. */
export function roundOneLayer(
  { graph, tensors }: LayeredNetwork,
  scheme: QuantizationScheme,
  rounding: Rounding,
  layer: Layer,
): Graph {
  const g = createBuilder(graph.name);
  const values = inputsOf(g, graph);
  const one = oneLayer({ g, tensors, scheme, rounding }, layer, values);
  copyNodes(g, graph, values, (_, node) => (layer.nodes.includes(node) ? one(node) : undefined));
  return g.finish(Object.fromEntries(graph.outputs.map((v) => [v.name, values.get(v)!])), graph.metadata);
}

/** How the two results of a layer are called in the graph of `roundEachAlone`. */
export const ownNames = ({ name }: Layer) => ({ exact: `${name}/exact`, rounded: `${name}/rounded` });

/**
 * The network with a copy of each layer beside it that computes in integers on what the layer itself reads: its rounding, alone.
 * Outputs beside those of the graph: the first output of each layer and of its copy, see `ownNames`.
 */
export function roundEachAlone(
  { graph, tensors }: LayeredNetwork,
  scheme: QuantizationScheme,
  rounding: Rounding,
  layers: readonly Layer[],
): Graph {
  const g = createBuilder(graph.name);
  const values = inputsOf(g, graph);
  const copies = layers.map((layer) => ({ layer, own: new Map<Value, Value>() }));
  const owners = new Map(
    copies.flatMap(({ layer, own }) => {
      const one = oneLayer({ g, tensors, scheme, rounding }, layer, values, own);
      return layer.nodes.map((node) => [node, { one, own }] as const);
    }),
  );
  copyNodes(g, graph, values, (_, node) => {
    const copy = owners.get(node);
    const made = copy?.one(node);
    node.outputs.forEach((value, i) => void (made && copy?.own.set(value, made[i])));
    return undefined;
  });
  const outputs = new Map(graph.outputs.map((v) => [v.name, values.get(v)!]));
  for (const { layer, own } of copies) {
    const { exact, rounded } = ownNames(layer);
    outputs.set(exact, values.get(layer.outputs[0])!).set(rounded, own.get(layer.outputs[0])!);
  }
  return g.finish(Object.fromEntries(outputs), graph.metadata);
}

const inputsOf = (g: GraphBuilder, { inputs }: Graph): Map<Value, Value> =>
  new Map(inputs.map((input) => [input, g.input(input.name, input.dtype, input.shape)]));

interface Rounded {
  readonly g: GraphBuilder;
  readonly tensors: QuantizedTensors;
  readonly scheme: QuantizationScheme;
  readonly rounding: Rounding;
}

/**
 * Builds the nodes of a layer on rounded operands and weights.
 * @param values of the network
 * @param own what the layer computes on the way, where that is not what the network goes on with
 */
function oneLayer(to: Rounded, layer: Layer, values: ReadonlyMap<Value, Value>, own?: ReadonlyMap<Value, Value>) {
  const made = new Map<Value, Value>();
  const rounded = (value: Value): Value => {
    const known = values.get(value)!;
    if (value === layer.constants["weight"]) return weightOf(to, layer, known);
    return layer.inputs.includes(value) ? roundedOperand(to, layer, value, known) : (own?.get(value) ?? known);
  };
  return ({ op, inputs, attrs, name }: GraphNode): Value[] => {
    const operands = inputs.map((value) => {
      if (value === undefined) return undefined;
      const isOwn = value === layer.constants["weight"] || layer.inputs.includes(value);
      const operand = made.get(value) ?? rounded(value);
      if (isOwn) made.set(value, operand);
      return operand;
    });
    return to.g.apply(op, operands, attrs, `${name}/rounded`);
  };
}

/** As `insertRounding` has it: what is read both ways is int16 before it is int8. */
function roundedOperand({ g, tensors, scheme, rounding }: Rounded, layer: Layer, value: Value, own: Value): Value {
  const tensor = tensors.of(value);
  const read = tensors.readBy(layer);
  const scales = tensor && scheme.activations.get(tensor.source.name);
  const operand = tensor?.features ? dividedFeatures(g, own, scheme) : own;
  if (scales === undefined || read === undefined) return operand;
  if (tensor?.features) return rounding.activation(g, operand, 1, "i8");
  const wide = scales.i16 === undefined ? own : rounding.activation(g, own, scales.i16, "i16");
  return read === "i16" || scales.i8 === undefined ? wide : rounding.activation(g, wide, scales.i8, "i8");
}
