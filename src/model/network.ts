import type { GraphBuilder, Value } from "../graph/index.ts";
import type { PanlunaSizes } from "./sizes.ts";

/** What every part of the model needs to build itself: the graph, the sizes, and parameters by their state-dict name. */
export interface Network {
  readonly g: GraphBuilder;
  readonly sizes: PanlunaSizes;
  parameter(name: string): Value;
  /** Present where gradients are to be taken. */
  readonly training?: NetworkTraining;
  /** Present where linear maps have adapters. */
  readonly adapters?: NetworkAdapters;
}

/** Chances of values to be dropped in training, in [0, 1). */
export interface NoiseRates {
  /** In the feed-forward part and the query layers of the channel unification; 0.1 in the paper. */
  readonly dropout: number;
  /** In the classification head: attention weights, hidden layer, logits; 0.15 in the paper. */
  readonly head: number;
  /** Of each residual branch of a block, window by window. */
  readonly depth: number;
  /** On the input of adapters. */
  readonly lora: number;
}

/** What the network does while it learns. */
export interface NetworkTraining {
  readonly rates: NoiseRates;
  /** A bool input that says which values stay; the first axis of the shape counts windows. */
  kept(place: string, shape: Value["shape"], rate: number): Value;
}

/** Low-rank additions to linear maps. */
export interface NetworkAdapters {
  /** α / r */
  readonly scaling: number;
  /** A (r, inner) and B (out, r) of a module, where it has them. */
  of(module: string): { readonly a: Value; readonly b: Value } | undefined;
}
