import { float32, type Graph, type GraphNode, type Tensor, type Value } from "../graph/index.ts";
import { addBiases } from "./addBiases.ts";
import type { ChannelEdge, Producer } from "./channelEdges.ts";
import type { ChannelStatistics } from "./channelStatistics.ts";

/**
 * Shift and scale the channels of tensors so that one scale fits them all: `x' = (x − centre) / factor`, taken into the weights and biases on both sides. In exact
 * arithmetic the network stays what it was; in integers no channel is left with few steps because of another one, or because all its values are alike.
 *
 * A factor is `√(reach / largest weight that reads the channel)`: activations and weights share the spread (SmoothQuant, Xiao et al. 2023, α = ½).
 * @param statistics of the value of each edge
 */
export function equalizeChannels(
  graph: Graph,
  edges: readonly ChannelEdge[],
  statistics: (value: Value) => ChannelStatistics,
): Graph {
  const editing: Editing = { graph, changed: new Map(), added: new Map() };
  for (const edge of edges) equalize(editing, edge, statistics(edge.value));
  const initializers = new Map(graph.initializers);
  for (const [value, tensor] of editing.changed) initializers.set(value, tensor);
  return addBiases({ ...graph, initializers }, editing.added);
}

interface Editing {
  readonly graph: Graph;
  readonly changed: Map<Value, Tensor>;
  /** Biases of products that had none, by the node of the product. */
  readonly added: Map<GraphNode, Float64Array>;
}

function equalize(editing: Editing, edge: ChannelEdge, { centre, reach }: ChannelStatistics): void {
  const { producer, lookups, consumers, channels } = edge;
  const largest = largestReaders(editing, edge);
  const factor = centre.map((_, c) => Math.sqrt(reach[c] / (largest[c] || reach[c])));
  shiftAndScale(editing, producer, centre, factor);
  for (const { constants } of lookups) {
    const queries = edit(editing, constants["weight"]); // a shift of the tokens adds the same to all scores
    for (let i = 0; i < queries.length; i++) queries[i] *= factor[i % channels];
  }
  for (const { layer } of consumers) absorb(editing, layer, centre, factor);
}

/** Let a layer give `(x − centre) / factor`. */
function shiftAndScale(
  editing: Editing,
  { layer, offset }: Producer,
  centre: Float64Array,
  factor: Float64Array,
): void {
  const { kind, constants, biases } = layer;
  const [matrix, addends] =
    kind === "linear" ? [constants["weight"], biases] : [constants["scale"], [constants["bias"]]];
  const columns = Number(matrix.shape.at(-1));
  divideColumns(edit(editing, matrix), columns, offset, factor);
  const edited =
    addends.length > 0 ? addends.map((v) => edit(editing, v)) : [addedBias(editing, layer.nodes[0], columns)];
  edited.forEach((addend, i) => {
    for (let c = 0; c < factor.length; c++) {
      addend[offset + c] = (addend[offset + c] - (i === 0 ? centre[c] : 0)) / factor[c];
    }
  });
}

/** Largest weight by which each channel is read. */
function largestReaders({ graph, changed }: Editing, { channels, lookups, consumers }: ChannelEdge): Float64Array {
  const largest = new Float64Array(channels);
  const weigh = (value: Value, channelOf: (i: number) => number) => {
    const { data } = changed.get(value) ?? graph.initializers.get(value)!;
    for (let i = 0; i < data.length; i++) {
      const c = channelOf(i);
      largest[c] = Math.max(largest[c], Math.abs(Number(data[i])));
    }
  };
  for (const { constants } of lookups) weigh(constants["weight"], (i) => i % channels);
  for (const { layer } of consumers) {
    const columns = Number(layer.constants["weight"].shape[1]);
    weigh(layer.constants["weight"], (i) => Math.floor(i / columns) % channels);
  }
  return largest;
}

/** `W' = factor ∘ W`, `b' = b + centre · W` over the rows of a matrix (repeats · channels, N). */
function absorb(
  editing: Editing,
  layer: ChannelEdge["consumers"][number]["layer"],
  centre: Float64Array,
  factor: Float64Array,
): void {
  const weight = edit(editing, layer.constants["weight"]);
  const columns = Number(layer.constants["weight"].shape[1]);
  const shift = new Float64Array(columns);
  for (let i = 0; i < weight.length; i++) {
    const c = Math.floor(i / columns) % centre.length;
    shift[i % columns] += centre[c] * weight[i];
    weight[i] *= factor[c];
  }
  const [bias] = layer.biases;
  const target = bias === undefined ? addedBias(editing, layer.nodes[0], columns) : edit(editing, bias);
  for (let n = 0; n < columns; n++) target[n] += shift[n];
}

function addedBias({ added }: Editing, node: GraphNode, columns: number): Float64Array {
  const own = added.get(node) ?? new Float64Array(columns);
  added.set(node, own);
  return own;
}

/** Divide columns of a matrix (K, N) from `offset` on. */
function divideColumns(weight: Float32Array, columns: number, offset: number, factor: Float64Array): void {
  for (let row = offset; row < weight.length; row += columns) {
    for (let c = 0; c < factor.length; c++) weight[row + c] /= factor[c];
  }
}

/** The numbers of an initializer, to be changed. */
function edit({ graph, changed }: Editing, value: Value): Float32Array {
  const known = changed.get(value);
  if (known !== undefined) return known.data as Float32Array;
  const { data, shape } = graph.initializers.get(value)!;
  const own = float32(Float32Array.from(data as Float32Array), shape);
  changed.set(value, own);
  return own.data as Float32Array;
}
