import { GraphError } from "../../errors.ts";
import { multiplierOf } from "../integer/index.ts";
import type { Layer } from "../layer.ts";
import { type Compiling, rowsOf, sizeOf } from "./compiling.ts";

/** Scores are whole numbers of 1/32 nat. */
const PER_NAT = 32;

export function compileAttention(compiling: Compiling, layer: Layer): void {
  const { tensors } = compiling;
  const [input, keys, values] = layer.inputs.map((value) => compiling.read(value, "i8"));
  const [value] = layer.outputs;
  const output = compiling.make(value, compiling.precisionOf(value));
  const { num_heads: heads, scale } = layer.attrs as { num_heads: number; scale: number };
  const length = Number(value.shape[1]);
  compiling.steps.push({
    op: "attention",
    layer: layer.name,
    input,
    keys,
    values,
    output,
    sequences: rowsOf(value) / length,
    length,
    heads,
    size: Number(value.shape.at(-1)) / heads,
    scores: multiplierOf(tensors[input].scale * tensors[keys].scale * scale * PER_NAT),
    mixed: multiplierOf(tensors[values].scale / tensors[output].scale),
  });
}

export function compileLookup(compiling: Compiling, layer: Layer): void {
  const { tensors, scheme } = compiling;
  const queries = scheme.weights.get(layer.name);
  if (queries === undefined) {
    throw new GraphError({ where: layer.name, what: "its queries are not in integers", todo: "Quantise all layers" });
  }
  const [tokens] = layer.inputs;
  const input = compiling.read(tokens, "i8");
  const output = compiling.make(layer.outputs[0], compiling.precisionOf(layer.outputs[0]));
  const [count, width] = tokens.shape.slice(-2).map(Number);
  compiling.steps.push({
    op: "lookup",
    layer: layer.name,
    input,
    output,
    groups: sizeOf(tokens) / (count * width),
    tokens: count,
    width,
    queries: queries.values,
    scores: Array.from(queries.scales, (scale) => multiplierOf(tensors[input].scale * scale * PER_NAT)),
    mixed: multiplierOf(tensors[input].scale / tensors[output].scale),
  });
}
