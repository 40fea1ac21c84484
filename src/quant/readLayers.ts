import { GraphError } from "../errors.ts";
import { operandsOf } from "../graph/graph.ts";
import type { Graph, GraphNode, Region, Value } from "../graph/index.ts";
import type { Layer, LayerKind } from "./layer.ts";

/**
 * Read a network graph as layers, in the order in which they run.
 * @param graph a network as it is at inference, see `panlunaGraph`; parameters may be inputs, for training
 * @param from the names of its inputs that carry signals
 * @throws GraphError for a node that is no part of any layer, which names it
 */
export function readLayers(graph: Graph, from: readonly string[]): Layer[] {
  const reading = startReading(graph, from);
  const layers: Layer[] = [];
  for (const node of graph.nodes) {
    if (reading.done.has(node) || !reading.signals.has(node.outputs[0])) continue;
    const layer = layerOf(reading, node);
    for (const part of layer.nodes) reading.done.add(part);
    layers.push(layer);
  }
  return layers;
}

interface Reading {
  readonly signals: ReadonlySet<Value>;
  readonly makers: ReadonlyMap<Value, GraphNode>;
  readonly readers: ReadonlyMap<Value, readonly GraphNode[]>;
  /** Regions by each of their nodes. */
  readonly regions: ReadonlyMap<GraphNode, { readonly region: Region; readonly nodes: readonly GraphNode[] }>;
  /** Values that must be there after the layer that makes them. */
  readonly kept: ReadonlySet<Value>;
  readonly done: Set<GraphNode>;
}

function startReading(graph: Graph, from: readonly string[]): Reading {
  const makers = new Map(graph.nodes.flatMap((node) => node.outputs.map((v) => [v, node] as const)));
  const readers = new Map<Value, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const value of new Set(operandsOf(node))) readers.set(value, [...(readers.get(value) ?? []), node]);
  }
  const regions = new Map(
    graph.regions.flatMap((region) => {
      const nodes = nodesOf(region, makers);
      return nodes.map((node) => [node, { region, nodes }] as const);
    }),
  );
  return { signals: signalsOf(graph, from), makers, readers, regions, kept: new Set(graph.outputs), done: new Set() };
}

/** Floating-point values that depend on the named inputs by more than their shape. */
function signalsOf({ inputs, nodes }: Graph, from: readonly string[]): Set<Value> {
  const signals = new Set(inputs.filter(({ name }) => from.includes(name)));
  for (const node of nodes) {
    if (node.op.type === "Shape" || !operandsOf(node).some((v) => signals.has(v))) continue;
    for (const value of node.outputs) signals.add(value);
  }
  return signals;
}

/** The nodes between the inputs and the output of a region, in any order. */
function nodesOf({ inputs, output }: Region, makers: ReadonlyMap<Value, GraphNode>): GraphNode[] {
  const found = new Set<GraphNode>();
  const open = [output];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const node = inputs.includes(value) ? undefined : makers.get(value);
    if (node === undefined || found.has(node)) continue;
    found.add(node);
    open.push(...operandsOf(node));
  }
  return [...found];
}

type Reader = (reading: Reading, node: GraphNode) => Layer | undefined;

const BY_TYPE: Readonly<Record<string, Reader>> = {
  MatMul: (reading, node) => linearOf(reading, node, node.inputs[1]!),
  FusedMatMul: lookupOf,
  MultiHeadAttention: (_, node) => plain("attention", node, operandsOf(node)),
  Gelu: (_, node) => plain("gelu", node, operandsOf(node)),
  LayerNormalization: (_, node) => {
    const [x, scale, bias] = node.inputs;
    const name = moduleOf(scale!, bias === undefined ? [] : [bias]) ?? nameOf(node);
    return { ...plain("layerNorm", node, [x!]), name, constants: { scale: scale!, ...(bias && { bias }) } };
  },
  RotaryEmbedding: (_, node) => {
    const [x, , cos, sin] = node.inputs;
    return { ...plain("rotary", node, [x!]), constants: { cos: cos!, sin: sin! } };
  },
  Add: ({ signals }, node) =>
    operandsOf(node).every((v) => signals.has(v)) ? plain("add", node, operandsOf(node)) : undefined,
  ...Object.fromEntries(
    ["Reshape", "Transpose", "Split", "Unsqueeze", "Slice", "Identity"].map((type) => [
      type,
      (_: Reading, node: GraphNode) => plain("move", node, [node.inputs[0]!]),
    ]),
  ),
};

function layerOf(reading: Reading, node: GraphNode): Layer {
  const region = reading.regions.get(node);
  const layer = region === undefined ? BY_TYPE[node.op.type]?.(reading, node) : regionOf(reading, region);
  if (layer !== undefined) return layer;
  throw new GraphError({
    where: node.name,
    what: "is no part of a layer that can be computed in integers",
    expected: "products with constants, attention, GELU, LayerNorm, rotary embeddings, sums of two signals",
    got: node.op.type,
  });
}

const plain = (kind: LayerKind, node: GraphNode, inputs: readonly Value[]): Layer => ({
  kind,
  name: node.name,
  inputs,
  outputs: node.outputs,
  constants: {},
  biases: [],
  attrs: node.attrs,
  nodes: [node],
});

/** A product with a constant, and the constants that are added to it. */
function linearOf({ signals, readers, regions, kept }: Reading, node: GraphNode, weight: Value): Layer | undefined {
  if (signals.has(weight)) return undefined;
  const nodes = [node];
  const biases: Value[] = [];
  for (;;) {
    const made = nodes.at(-1)!.outputs[0];
    const next = readers.get(made) ?? [];
    const bias = next[0]?.op.type === "Add" ? operandsOf(next[0]).find((v) => v !== made) : undefined;
    if (next.length !== 1 || bias === undefined || signals.has(bias) || regions.has(next[0]) || kept.has(made)) break;
    biases.push(bias);
    nodes.push(next[0]);
  }
  return {
    ...plain("linear", node, [node.inputs[0]!]),
    name: moduleOf(weight, biases) ?? nameOf(node),
    outputs: nodes.at(-1)!.outputs,
    constants: { weight },
    biases,
    nodes,
  };
}

/** The parameter that a bias is: `blocks.0.mlp.fc1.bias` stands for `blocks.0.mlp.fc1`. */
function moduleOf(weight: Value, biases: readonly Value[]): string | undefined {
  const names = [...biases, weight].map(({ name }) => /^(.+?)[._](?:bias|weight)$/.exec(name)?.[1]);
  return names.find((name) => name !== undefined);
}

/** The scope of a node that was built in one of its own: `blocks.0/attn.qk/MatMul` is `blocks.0.attn.qk`; else its name. */
const nameOf = ({ name }: GraphNode): string => /^(.*\.[^/]*)\/[A-Za-z]+$/.exec(name)?.[1].replaceAll("/", ".") ?? name;

/** `softmax(weight · tokensᵀ) · tokens` */
function lookupOf({ signals, readers }: Reading, node: GraphNode): Layer | undefined {
  const [weight, tokens] = node.inputs as readonly Value[];
  const only = (value: Value): GraphNode | undefined => {
    const next = readers.get(value) ?? [];
    return next.length === 1 ? next[0] : undefined;
  };
  const softmax = only(node.outputs[0]);
  const gather = softmax && only(softmax.outputs[0]);
  const fits =
    !signals.has(weight) &&
    softmax?.op.type === "Softmax" &&
    gather?.op.type === "MatMul" &&
    gather.inputs[1] === tokens;
  const { transA, transB, alpha } = node.attrs;
  if (!fits || transA !== 0 || transB !== 1 || alpha !== 1 || softmax.attrs["axis"] !== -1) return undefined;
  const nodes = [node, softmax, gather];
  return { ...plain("lookup", node, [tokens]), outputs: gather.outputs, constants: { weight }, nodes };
}

function regionOf(
  { signals }: Reading,
  { region, nodes }: { readonly region: Region; readonly nodes: readonly GraphNode[] },
): Layer | undefined {
  const { kind, inputs, output, attrs } = region;
  const own = { name: nodes[0].name, inputs: [inputs[0]], outputs: [output], biases: [], attrs, nodes };
  if (!signals.has(inputs[0])) return undefined;
  if (kind === "FrequencyFeatures") return { ...own, kind: "features", constants: {} };
  if (kind !== "GroupNorm") return undefined;
  const [, bias, scale, shift] = inputs;
  return { ...own, kind: "groupNorm", constants: { bias, scale, shift } };
}
