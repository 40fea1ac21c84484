import { clip16, gelu, multiplierOf, type RotaryTables, table8, table16, twiddles } from "../integer/index.ts";
import type { Layer } from "../layer.ts";
import { type Compiling, rowsOf } from "./compiling.ts";

export function compileGelu(compiling: Compiling, layer: Layer): void {
  const { tensors, steps } = compiling;
  const [value] = layer.outputs;
  const precision = compiling.precisionOf(value);
  const input = compiling.read(layer.inputs[0], "i8");
  const output = compiling.make(value, precision);
  const scales = { from: tensors[input].scale, to: tensors[output].scale };
  const table = precision === "i8" ? table8(gelu, scales) : table16(gelu, scales);
  steps.push({ op: "table", layer: layer.name, input, output, table });
}

/** Every part of what is split behind it for itself, with a scale of its own. */
export function compileRotary(compiling: Compiling, layer: Layer): void {
  const { tensors, steps } = compiling;
  const [value] = layer.outputs;
  const { num_heads: heads } = layer.attrs as { num_heads: number };
  const size = Number(value.shape.at(-1)) / heads;
  const tables = tablesOf(compiling, layer);
  for (const part of compiling.partsOf(value)) {
    const input = compiling.read(part.value, "i16", " before turning");
    const output = compiling.make(part.value, "i8");
    const multiplier = multiplierOf(2 ** -15 * (tensors[input].scale / tensors[output].scale));
    const shape = { rows: rowsOf(value), heads: part.columns / size, size };
    steps.push({ op: "rotary", layer: layer.name, input, output, ...shape, tables, multiplier });
  }
}

function tablesOf(compiling: Compiling, { constants: { cos, sin } }: Layer): RotaryTables {
  const q15 = (values: ArrayLike<number>) => Int16Array.from(values, (value) => clip16(Math.round(2 ** 15 * value)));
  return { cos: q15(compiling.numbers(cos)), sin: q15(compiling.numbers(sin)) };
}

export function compileFeatures(compiling: Compiling, layer: Layer): void {
  const { tensors, steps, scheme } = compiling;
  const [patches] = layer.inputs;
  const size = Number(patches.shape.at(-1));
  const input = compiling.read(patches, "i16");
  const output = compiling.make(layer.outputs[0], "i8");
  const step = tensors[input].scale / 4;
  const magnitudes = Array.from(scheme.features.slice(0, size / 2 + 1), (scale) => multiplierOf(step / scale));
  const shape = { patches: rowsOf(patches), size, twiddles: twiddles(size) };
  steps.push({ op: "features", layer: layer.name, input, output, ...shape, magnitudes });
}

/** Only other orders of axes are work; splits are made by what is split. */
export function compileMove(compiling: Compiling, layer: Layer): void {
  if (layer.attrs["perm"] === undefined) return;
  const { steps } = compiling;
  const [value] = layer.inputs;
  const precision = compiling.precisionOf(value);
  const input = compiling.read(value, precision);
  const output = compiling.make(layer.outputs[0], precision);
  const [shape, perm] = [value.shape.map(Number), layer.attrs["perm"] as readonly number[]];
  steps.push({ op: "transpose", layer: layer.name, input, output, shape, perm });
}
