import {
  copyNodes,
  createBuilder,
  float32,
  type Graph,
  type GraphBuilder,
  type Tensor,
  type Value,
} from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import type { LayeredNetwork } from "./network.ts";
import type { QuantizedTensors } from "./quantizedTensors.ts";
import type { QuantizedWeight, WeightScales } from "./quantizeWeight.ts";
import type { Precision } from "./readAs.ts";
import type { RoundingScheme } from "./scheme.ts";

/** How a rounded value is written. */
export interface Rounding<W extends WeightScales = QuantizedWeight> {
  /** `x` rounded to integers of `scale` and back. */
  activation(g: GraphBuilder, x: Value, scale: number, precision: Precision): Value;
  /** What integers stand for; `weight` is the matrix that they are made of. */
  weight(g: GraphBuilder, integers: W, weight: Value): Value;
}

/**
 * The graph with every tensor rounded that an integer engine rounds: the same network, computing on what integers can hold.
 * Frequency features are divided by their scales first, and the matrix behind them multiplied, so that all have a scale of 1.
 * @param shown values of the network to return beside its outputs, rounded where they are, by the names that they get
 */
export function insertRounding<W extends WeightScales>(
  network: LayeredNetwork,
  scheme: RoundingScheme<W>,
  rounding: Rounding<W>,
  shown: ReadonlyMap<string, Value> = new Map(),
): Graph {
  const { graph } = network;
  const g = createBuilder(graph.name);
  const values = copyRounded(g, network, scheme, rounding, ({ name, dtype, shape }) => g.input(name, dtype, shape));
  const outputs = [...graph.outputs.map((v) => [v.name, v] as const), ...shown];
  return g.finish(Object.fromEntries(outputs.map(([name, v]) => [name, values.get(v)!])), graph.metadata);
}

/**
 * The rounded network as a part of a graph that is still open.
 * @param inputOf what its inputs are there
 * @returns what stands for each value of the network
 */
export function copyRounded<W extends WeightScales>(
  g: GraphBuilder,
  { graph, layers, tensors }: LayeredNetwork,
  scheme: RoundingScheme<W>,
  rounding: Rounding<W>,
  inputOf: (input: Value) => Value,
): Map<Value, Value> {
  const inserting: Inserting<W> = { g, tensors, scheme, rounding, narrow: new Map() };
  const owners = new Map(layers.flatMap((layer) => layer.nodes.map((node) => [node, layer] as const)));
  const values = new Map(graph.inputs.map((input) => [input, rounded(inserting, input, inputOf(input))] as const));
  const constants = new Map<Value, Value>();
  copyNodes(g, graph, values, (_, node, inputs) => {
    const layer = owners.get(node);
    if (layer === undefined) return undefined; // computes shapes or tables
    const operands = node.inputs.map((value, i) => operandOf(inserting, layer, value, inputs[i], constants));
    const outputs = g.apply(node.op, operands, node.attrs, node.name);
    return node.outputs.map((value, i) =>
      layer.outputs.includes(value) ? rounded(inserting, value, outputs[i]) : outputs[i],
    );
  });
  return values;
}

interface Inserting<W extends WeightScales> {
  readonly g: GraphBuilder;
  readonly tensors: QuantizedTensors;
  readonly scheme: RoundingScheme<W>;
  readonly rounding: Rounding<W>;
  /** The int8 form of values that are also int16. */
  readonly narrow: Map<Value, Value>;
}

/** A value as all read it: where it is read as int16, rounded to that; else to int8. */
function rounded<W extends WeightScales>(
  { g, tensors, scheme, rounding }: Inserting<W>,
  value: Value,
  own: Value,
): Value {
  const tensor = tensors.of(value);
  if (tensor === undefined || tensor.source !== value) return own;
  const precision = tensor.precisions.has("i16") ? "i16" : "i8";
  const scale = scheme.activations.get(value.name)?.[precision];
  const divided = tensor.features ? dividedFeatures(g, own, scheme) : own;
  return scale === undefined ? divided : rounding.activation(g, divided, tensor.features ? 1 : scale, precision);
}

/** Frequency features in their own steps. */
export const dividedFeatures = (g: GraphBuilder, own: Value, { features }: Pick<RoundingScheme, "features">): Value =>
  g.mul(own, g.constant(float32(features.map((step) => 1 / step)), "features/scale"));

function operandOf<W extends WeightScales>(
  inserting: Inserting<W>,
  layer: Layer,
  value: Value | undefined,
  own: Value | undefined,
  constants: Map<Value, Value>,
): Value | undefined {
  if (value === undefined || own === undefined) return undefined;
  if (layer.inputs.includes(value))
    return inserting.tensors.readBy(layer) === "i8" ? asInt8(inserting, value, own) : own;
  if (value !== layer.constants["weight"]) return own;
  const known = constants.get(value) ?? weightOf(inserting, layer, own);
  constants.set(value, known);
  return known;
}

/** The matrix of a layer in integers; one behind features in their steps, too. */
export function weightOf<W extends WeightScales>(
  { g, tensors, scheme, rounding }: Pick<Inserting<W>, "g" | "tensors" | "scheme" | "rounding">,
  layer: Layer,
  own: Value,
): Value {
  const integers = scheme.weights.get(layer.name);
  const factors = () => g.constant(float32(scheme.features, [scheme.features.length, 1]));
  const weight = tensors.of(layer.inputs[0])?.features ? g.mul(own, factors()) : own;
  return integers === undefined ? weight : rounding.weight(g, integers, weight);
}

/** A value that others read as int16, rounded once more. */
function asInt8<W extends WeightScales>(
  { g, tensors, scheme, rounding, narrow }: Inserting<W>,
  value: Value,
  own: Value,
): Value {
  const tensor = tensors.of(value);
  const scale = tensor && scheme.activations.get(tensor.source.name)?.i8;
  if (tensor?.precisions.size !== 2 || scale === undefined) return own;
  const known = narrow.get(own) ?? rounding.activation(g, own, scale, "i8");
  narrow.set(own, known);
  return known;
}

/**
 * As QuantizeLinear and DequantizeLinear, with weights as integers: what ONNX Runtime and other engines read. They saturate at −128 and −32768,
 * a step below what integer engines of ours hold: only values beyond the range of calibration tell the difference.
 */
export const QDQ: Rounding = {
  activation(g, x, scale, precision) {
    const step = g.scalar(scale);
    const zero: Tensor =
      precision === "i8"
        ? { dtype: "int8", shape: [], data: new Int8Array(1) }
        : { dtype: "int16", shape: [], data: new Int16Array(1) };
    return g.dequantizeLinear(g.quantizeLinear(x, step, g.constant(zero)), step);
  },
  weight(g, { values, scales, shape, axis }, weight) {
    const integers = g.constant({ dtype: "int8", shape, data: values }, `${weight.name}/int8`);
    return g.dequantizeLinear(integers, g.constant(float32(scales), `${weight.name}/scale`), axis);
  },
};
