import type { Graph } from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import { findQuantizedTensors, type QuantizedTensors } from "./quantizedTensors.ts";
import { readLayers } from "./readLayers.ts";

/** A network that is to compute in integers: graph, the layers that it is made of, and what they round. */
export interface LayeredNetwork {
  /** Inputs `x` (B, C, T) and `montage` (B, C, D); constants are folded. */
  readonly graph: Graph;
  readonly layers: readonly Layer[];
  readonly tensors: QuantizedTensors;
}

/** Inputs that carry signals. */
const SIGNALS = ["x", "montage"];

/** @throws GraphError for a graph that is not made of layers that integers can compute, see `readLayers` */
export function layeredNetwork(graph: Graph): LayeredNetwork {
  const layers = readLayers(graph, SIGNALS);
  return { graph, layers, tensors: findQuantizedTensors(layers, graph.outputs) };
}
