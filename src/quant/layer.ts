import type { Attrs, GraphNode, Value } from "../graph/index.ts";

/**
 * What an integer engine does in one go. Signals depend on the inputs of the graph, constants on parameters alone.
 *
 * - `linear`: signal (…, K) · `weight` (K, N) + `biases` (N) each
 * - `lookup`: softmax attention of the rows of `weight` (Q, D) to tokens (…, N, D), which are keys and values at once: (…, Q, D)
 * - `attention`: queries, keys, values (B, L, heads · size); attrs of MultiHeadAttention
 * - `gelu`; `layerNorm` with `scale` (D) and, maybe, `bias` (D); `rotary` with `cos`, `sin`
 * - `groupNorm` of signal (B, N, D) + `bias`, with `scale`, `shift` (D); attrs: `groupOf`, the group of each column, and `epsilon`
 * - `features`: the frequency features of patches (rows, P)
 * - `add` of two signals
 * - `move`: the same values in another order or shape, or a part of them
 */
export type LayerKind =
  | "linear"
  | "lookup"
  | "attention"
  | "gelu"
  | "layerNorm"
  | "groupNorm"
  | "rotary"
  | "features"
  | "add"
  | "move";

export interface Layer {
  readonly kind: LayerKind;
  /** The state-dict module of its parameters where it has one, else the name of its node. */
  readonly name: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly constants: Readonly<Record<string, Value>>;
  /** Constants that are added to a product, in order. */
  readonly biases: readonly Value[];
  readonly attrs: Attrs;
  /** The nodes of the graph that it stands for. */
  readonly nodes: readonly GraphNode[];
}
