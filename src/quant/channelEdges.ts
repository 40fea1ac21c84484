import type { Graph, Value } from "../graph/index.ts";
import type { Layer } from "./layer.ts";

/** A layer whose outputs can be shifted and scaled channel by channel at no cost, since it ends with a factor and an addend for each, or can. */
export interface Producer {
  readonly layer: Layer;
  /** Its first channel of the tensor. */
  readonly offset: number;
}

/** A product whose inputs can be shifted and scaled: its matrix takes the factors, its bias the shift. */
export interface Consumer {
  readonly layer: Layer;
  /** How often the channels of the tensor stand side by side in a row of its operand. */
  readonly repeats: number;
}

/** A tensor of channels between one layer and products alone. */
export interface ChannelEdge {
  /** What is to be shifted and scaled. */
  readonly value: Value;
  readonly channels: number;
  readonly producer: Producer;
  /** Softmax attention of learned queries to the tensor; `lookup` layers. Their weights sum to 1, so that shifts pass through. */
  readonly lookups: readonly Layer[];
  readonly consumers: readonly Consumer[];
}

/**
 * Tensors whose channels can each have a shift and a factor of their own: outputs of products and affine norms that nothing but products reads, directly, as the
 * values of an attention, or as tokens of learned queries.
 */
export function channelEdges(graph: Graph, layers: readonly Layer[]): ChannelEdge[] {
  const readers = new Map<Value, Layer[]>();
  for (const layer of layers) {
    for (const value of new Set(layer.inputs)) readers.set(value, [...(readers.get(value) ?? []), layer]);
  }
  const kept = new Set(graph.outputs);
  return layers.flatMap((layer) => {
    if (!canScale(layer) || kept.has(layer.outputs[0])) return [];
    return partsOf(layer, readers).flatMap(({ value, offset }) => {
      const channels = Number(value.shape.at(-1));
      const found = follow(value, channels, readers, kept);
      return found === undefined || found.consumers.length === 0
        ? []
        : [{ value, channels, producer: { layer, offset }, ...found }];
    });
  });
}

const canScale = ({ kind, constants }: Layer): boolean =>
  kind === "linear" || (kind === "layerNorm" && constants["bias"] !== undefined);

type Readers = ReadonlyMap<Value, readonly Layer[]>;

/** The outputs of a layer, where they are split after moves: the parts. */
function partsOf(layer: Layer, readers: Readers): { readonly value: Value; readonly offset: number }[] {
  let [value] = layer.outputs;
  for (;;) {
    const [next, ...others] = readers.get(value) ?? [];
    if (next?.kind !== "move" || others.length > 0 || !keepsChannels(value, next)) return [{ value, offset: 0 }];
    if (next.outputs.length > 1) {
      let offset = 0;
      return next.outputs.map((part) => {
        const own = { value: part, offset };
        offset += Number(part.shape.at(-1));
        return own;
      });
    }
    [value] = next.outputs;
  }
}

/** Reshapes and splits that leave the rows of the last axis whole, or cut them into parts. */
const keepsChannels = (value: Value, { outputs, attrs }: Layer): boolean =>
  outputs.length > 1
    ? Number(attrs["axis"]) === value.shape.length - 1
    : outputs[0].shape.at(-1) === value.shape.at(-1) && attrs["perm"] === undefined;

type Followed = Pick<ChannelEdge, "lookups" | "consumers">;

/** All that reads a value; undefined where anything else than a product does. */
function follow(value: Value, channels: number, readers: Readers, kept: ReadonlySet<Value>): Followed | undefined {
  const lookups: Layer[] = [];
  const consumers: Consumer[] = [];
  const open = [value];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (kept.has(at)) return undefined;
    for (const layer of readers.get(at) ?? []) {
      if (layer.kind === "linear") {
        const inner = Number(at.shape.at(-1));
        if (inner % channels !== 0) return undefined;
        consumers.push({ layer, repeats: inner / channels });
      } else if (layer.kind === "move" && layer.outputs.length === 1 && layer.attrs["perm"] === undefined) {
        open.push(layer.outputs[0]);
      } else if (layer.kind === "lookup") {
        lookups.push(layer);
        open.push(layer.outputs[0]);
      } else if (layer.kind === "attention" && readsAsValuesOnly(layer, at)) {
        open.push(layer.outputs[0]);
      } else return undefined;
    }
  }
  return { lookups, consumers };
}

const readsAsValuesOnly = ({ inputs: [q, k, v] }: Layer, value: Value): boolean =>
  v === value && q !== value && k !== value;
