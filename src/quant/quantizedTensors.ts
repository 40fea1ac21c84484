import type { Value } from "../graph/index.ts";
import type { Layer } from "./layer.ts";
import { type Precision, readAs } from "./readAs.ts";

/** A tensor that exists in integers, in one precision or two. */
export interface QuantizedTensor {
  /** The value that is rounded: what a layer gives, before it is moved. */
  readonly source: Value;
  /** What it is read as; a tensor of both is rounded to `i16` first. */
  readonly precisions: ReadonlySet<Precision>;
  /** Tensors with the same number are summed: their `i16` share a scale. */
  readonly sum?: number;
  /** Frequency features: magnitudes and phases have a scale each. */
  readonly features: boolean;
}

/** What the layers of a network read in integers. */
export interface QuantizedTensors {
  readonly tensors: readonly QuantizedTensor[];
  /** The tensor that a value holds, moved or not. */
  of(value: Value): QuantizedTensor | undefined;
  /** What a layer reads its operands as. */
  readBy(layer: Layer): Precision | undefined;
}

/**
 * Find what must be rounded for the layers to compute on integers, and to which precision; results are int16. Each output of a `move` that splits is a tensor of
 * its own.
 * @see readAs
 */
export function findQuantizedTensors(layers: readonly Layer[], outputs: readonly Value[]): QuantizedTensors {
  const sources = sourcesOf(layers);
  const sourceOf = (value: Value) => sources.get(value) ?? value;
  const makers = new Map(layers.flatMap((layer) => layer.outputs.map((v) => [v, layer] as const)));
  const readBy = (layer: Layer) => readAs(layer, makers.get(sourceOf(layer.inputs[0]))?.kind);
  const found = new Map<Value, Set<Precision>>(outputs.map((value) => [value, new Set(["i16"])]));
  const sums = new Sums();
  for (const layer of layers) {
    const read = layer.inputs.map(sourceOf);
    const precision = readBy(layer);
    if (precision === undefined) continue;
    for (const value of read) found.set(value, (found.get(value) ?? new Set()).add(precision));
    if (layer.kind !== "add") continue;
    const [sum] = layer.outputs;
    found.set(sum, (found.get(sum) ?? new Set()).add("i16"));
    for (const value of read) sums.join(sum, value);
  }
  const tensors = new Map(
    [...found].map(([source, precisions]) => {
      const features = makers.get(source)?.kind === "features";
      return [source, { source, precisions, sum: sums.of(source), features }] as const;
    }),
  );
  return { tensors: [...tensors.values()], of: (value) => tensors.get(sourceOf(value)), readBy };
}

/** For values that are moved: what they were before. */
function sourcesOf(layers: readonly Layer[]): Map<Value, Value> {
  const sources = new Map<Value, Value>();
  for (const { kind, inputs, outputs } of layers) {
    if (kind !== "move" || outputs.length !== 1) continue;
    sources.set(outputs[0], sources.get(inputs[0]) ?? inputs[0]);
  }
  return sources;
}

/** Values that are summed with each other, numbered. */
class Sums {
  readonly #numbers = new Map<Value, number>();
  #next = 0;

  of(value: Value): number | undefined {
    return this.#numbers.get(value);
  }

  join(a: Value, b: Value): void {
    const [own, other] = [this.#numberOf(a), this.#numberOf(b)];
    for (const [value, number] of this.#numbers) if (number === other) this.#numbers.set(value, own);
  }

  #numberOf(value: Value): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.#next);
    return this.#next++;
  }
}
