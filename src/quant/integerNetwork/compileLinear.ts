import { GraphError } from "../../errors.ts";
import type { Value } from "../../graph/index.ts";
import { multiplierOf } from "../integer/index.ts";
import type { Layer } from "../layer.ts";
import type { QuantizedWeight } from "../quantizeWeight.ts";
import { type Compiling, rowsOf } from "./compiling.ts";
import type { TensorId } from "./integerNetwork.ts";
import type { Part } from "./parts.ts";

/** A product, its biases, and the sum behind it where its result goes nowhere else; one step for each part of the result. */
export function compileLinear(compiling: Compiling, layer: Layer): void {
  const { scheme, network, tensors } = compiling;
  const [output] = layer.outputs;
  const integers = scheme.weights.get(layer.name);
  if (integers === undefined) {
    throw new GraphError({ where: layer.name, what: "its weights are not in integers", todo: "Quantise all layers" });
  }
  const read = network.tensors.readBy(layer)!;
  const input = compiling.read(layer.inputs[0], read);
  const bias = biasOf(compiling, layer, integers.shape[1]);
  const sum = sumBehind(compiling, layer);
  for (const part of compiling.partsOf(output)) {
    const result = resultOf(compiling, layer, part, sum);
    const constants = columnsOf(integers, bias, part, tensors[input].scale);
    checkRange(constants, layer.name, read === "i8" ? 127 : 32767);
    const scale = tensors[result.output].scale;
    compiling.steps.push({
      op: "linear",
      layer: layer.name,
      input,
      ...result,
      rows: rowsOf(output),
      inner: integers.shape[0],
      columns: part.columns,
      bits: integers.bits,
      weight: constants.weight,
      bias: constants.bias,
      multipliers: Array.from(constants.scales, (of) => multiplierOf(of / scale)),
    });
  }
}

/** Added to the columns, in real units: the biases of the product, or that of the norm over the window behind it. */
function biasOf(compiling: Compiling, layer: Layer, columns: number): Float64Array {
  const [next] = compiling.readersOf(layer.outputs[0]);
  const values = next?.kind === "groupNorm" ? [next.constants["bias"]] : layer.biases;
  const bias = new Float64Array(columns);
  for (const value of values) {
    const numbers = compiling.numbers(value);
    for (let n = 0; n < columns; n++) bias[n] += numbers[n];
  }
  return bias;
}

/** The sum that takes a result with something that is there already, where nothing else reads it. */
function sumBehind(
  compiling: Compiling,
  layer: Layer,
): { readonly residual: Value; readonly output: Value } | undefined {
  const [next, ...others] = compiling.readersOf(layer.outputs[0]);
  if (next?.kind !== "add" || others.length > 0) return undefined;
  const residual = next.inputs.find((value) => compiling.makerOf(value) !== layer);
  if (residual === undefined || !compiling.isMade(residual) || rowsOf(residual) !== rowsOf(next.outputs[0]))
    return undefined;
  return { residual, output: next.outputs[0] };
}

function resultOf(
  compiling: Compiling,
  layer: Layer,
  part: Part,
  sum: ReturnType<typeof sumBehind>,
): { readonly output: TensorId; readonly residual?: TensorId } {
  if (sum !== undefined) {
    const residual = compiling.read(sum.residual, "i16");
    return { output: compiling.make(sum.output, "i16"), residual };
  }
  const [output] = layer.outputs;
  const turned = compiling.readersOf(output)[0]?.kind === "rotary";
  if (!turned) return { output: compiling.make(part.value, compiling.precisionOf(part.value)) };
  return { output: compiling.make(part.value, "i16", { part: " before turning", scaledAs: output }) };
}

interface Columns {
  /** (columns, inner) */
  readonly weight: Int8Array;
  readonly bias: Int32Array;
  /** Of the sums of each column. */
  readonly scales: Float64Array;
}

/** Some columns of a product whose matrix is stored (inner, all columns). */
function columnsOf(
  { values, scales, shape: [inner, all] }: QuantizedWeight,
  bias: Float64Array,
  { offset, columns }: Part,
  inputScale: number,
): Columns {
  const own = Float64Array.from({ length: columns }, (_, n) => inputScale * scales[offset + n]);
  return {
    weight: Int8Array.from({ length: columns * inner }, (_, i) => {
      const [n, k] = [Math.floor(i / inner), i % inner];
      return values[k * all + offset + n];
    }),
    bias: Int32Array.from(own, (scale, n) => Math.max(-LIMIT, Math.min(LIMIT, Math.round(bias[offset + n] / scale)))),
    scales: own,
  };
}

const LIMIT = 2 ** 31 - 1;

/** @param most largest magnitude of an operand */
function checkRange({ weight, bias }: Columns, name: string, most: number): void {
  const inner = weight.length / bias.length;
  bias.forEach((offset, n) => {
    let sum = Math.abs(offset);
    for (let k = 0; k < inner; k++) sum += most * Math.abs(weight[n * inner + k]);
    if (sum <= LIMIT) return;
    throw new GraphError({
      where: name,
      what: "its sums may leave 32 bits",
      at: `output ${n}`,
      expected: `at most ${LIMIT}`,
      got: String(sum),
    });
  });
}
