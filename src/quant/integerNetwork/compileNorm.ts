import { multiplierOf, type NormConstants, normStatistics } from "../integer/index.ts";
import type { Layer } from "../layer.ts";
import { type Compiling, rowsOf } from "./compiling.ts";
import type { TensorId } from "./integerNetwork.ts";

/** Normalised values are whole numbers of this. */
const UNIT = 2 ** -10;

export function compileLayerNorm(compiling: Compiling, layer: Layer): void {
  const [x] = layer.inputs;
  const columns = Number(x.shape.at(-1));
  const input = compiling.read(x, compiling.network.tensors.readBy(layer)!);
  const [output] = layer.outputs;
  const result = compiling.make(output, compiling.precisionOf(output));
  const { scale, bias } = layer.constants;
  const affine = { gamma: compiling.numbers(scale), beta: bias && compiling.numbers(bias) };
  const norm = normConstants(compiling, input, result, columns, Number(layer.attrs["epsilon"]), affine);
  compiling.steps.push({
    op: "layerNorm",
    layer: layer.name,
    input,
    output: result,
    rows: rowsOf(x),
    columns,
    norm,
  });
}

export function compileGroupNorm(compiling: Compiling, layer: Layer): void {
  const [x] = layer.inputs;
  const [rows, columns] = [rowsOf(x), Number(x.shape.at(-1))];
  const input = compiling.read(x, "i16");
  const result = compiling.make(layer.outputs[0], "i8");
  const { groupOf, epsilon } = layer.attrs as { groupOf: readonly number[]; epsilon: number };
  const { scale, shift } = layer.constants;
  const count = (rows * columns) / new Set(groupOf).size;
  const affine = { gamma: compiling.numbers(scale), beta: compiling.numbers(shift) };
  const norm = normConstants(compiling, input, result, count, epsilon, affine);
  compiling.steps.push({
    op: "groupNorm",
    layer: layer.name,
    input,
    output: result,
    rows,
    columns,
    groupOf,
    norm,
  });
}

interface Affine {
  readonly gamma: ArrayLike<number>;
  readonly beta?: ArrayLike<number>;
}

/** @param count values that share mean and variance */
function normConstants(
  { tensors }: Compiling,
  input: TensorId,
  output: TensorId,
  count: number,
  epsilon: number,
  { gamma, beta }: Affine,
): NormConstants {
  const statistics = normStatistics(count, epsilon, tensors[input].scale);
  const { scale } = tensors[output];
  if (beta === undefined && Array.from(gamma).every((factor) => factor === 1)) {
    return { ...statistics, output: multiplierOf(UNIT / scale) };
  }
  const step = gammaStep(gamma, beta);
  const affine = {
    gamma: Int16Array.from(gamma, (factor) => Math.round(factor / step)),
    beta: Int32Array.from(gamma, (_, i) => Math.round((beta?.[i] ?? 0) / (UNIT * step))),
  };
  return { ...statistics, affine, output: multiplierOf((UNIT * step) / scale) };
}

/** Of gamma in int16, so that `|z · gamma + beta| < 2³¹` for every z of int16: both terms get half. */
function gammaStep(gamma: ArrayLike<number>, beta: ArrayLike<number> = []): number {
  const largest = (values: ArrayLike<number>) => Array.from(values).reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  return Math.max(largest(gamma) / 32767, largest(beta) / (UNIT * (2 ** 30 - 1))) || 1;
}
