import { GraphError } from "../errors.ts";
import type { Tensor, TensorData } from "../graph/index.ts";

/** Widths of weights in bits. */
export type WeightBits = 8 | 4 | 2;

/** Positive steps of a symmetric integer: 127, 7, 1. */
export const levelsOf = (bits: WeightBits): number => 2 ** (bits - 1) - 1;

/** How a matrix is rounded: one scale per output channel. */
export interface WeightScales {
  readonly bits: WeightBits;
  /** One per position along `axis`. */
  readonly scales: Float32Array;
  /** Of the output channels. */
  readonly axis: 0 | 1;
}

/** A matrix in integers. */
export interface QuantizedWeight extends WeightScales {
  readonly shape: readonly [number, number];
  /** Row major; in ±127, ±7 or ±1. */
  readonly values: Int8Array;
}

/**
 * Round a matrix to integers: of 8 bits with the scale of the largest weight of each output channel, of fewer bits with the scale whose squared error is least.
 * @param axis along which the output channels lie
 * @throws GraphError for a weight that is no number
 */
export function quantizeWeight({ data, shape }: Tensor, axis: 0 | 1, bits: WeightBits): QuantizedWeight {
  checkFinite(data);
  const [rows, columns] = shape;
  const channels = axis === 0 ? rows : columns;
  const inner = axis === 0 ? columns : rows;
  const at = (channel: number, k: number) => (axis === 0 ? channel * columns + k : k * columns + channel);
  const scales = new Float32Array(channels);
  const own = new Float64Array(inner);
  for (let channel = 0; channel < channels; channel++) {
    for (let k = 0; k < inner; k++) own[k] = Number(data[at(channel, k)]);
    scales[channel] = scaleOf(own, bits);
  }
  return roundWeight({ data, shape }, { bits, scales, axis });
}

/** Round a matrix to integers of scales that are known. */
export function roundWeight(
  { data, shape }: Pick<Tensor, "data" | "shape">,
  { bits, scales, axis }: WeightScales,
): QuantizedWeight {
  const [rows, columns] = shape;
  const values = new Int8Array(rows * columns);
  for (let i = 0; i < values.length; i++) {
    const channel = axis === 0 ? Math.floor(i / columns) : i % columns;
    values[i] = rounded(Number(data[i]), scales[channel], levelsOf(bits));
  }
  return { bits, shape: [rows, columns], values, scales, axis };
}

function checkFinite(data: TensorData): void {
  const bad = data.findIndex((value) => !Number.isFinite(Number(value)));
  if (bad < 0) return;
  throw new GraphError({
    where: "weights",
    what: "cannot be rounded to integers",
    at: `element ${bad}`,
    expected: "finite numbers",
    got: String(data[bad]),
    todo: "Train the model again: it has diverged",
  });
}

/** The matrix that the integers stand for. */
export function dequantizeWeight({ values, scales, shape: [rows, columns], axis }: QuantizedWeight): Float32Array {
  const data = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const i = r * columns + c;
      data[i] = values[i] * scales[axis === 0 ? r : c];
    }
  }
  return data;
}

const rounded = (value: number, scale: number, levels: number): number =>
  Math.max(-levels, Math.min(levels, Math.round(value / scale)));

/** Shares of the scale of the largest weight that are tried below 8 bits: down to 1/50, for channels with single large weights. */
const SHARES = Array.from({ length: 64 }, (_, i) => 0.94 ** i);

function scaleOf(values: Float64Array, bits: WeightBits): number {
  const levels = levelsOf(bits);
  const widest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0) / levels;
  if (Math.fround(widest) === 0) return 1; // a channel of zeros, in any scale
  if (bits === 8) return widest;
  let [best, least] = [widest, Number.POSITIVE_INFINITY];
  for (const share of SHARES) {
    const error = squaredError(values, share * widest, levels);
    if (error < least) [best, least] = [share * widest, error];
  }
  return refined(values, best, levels);
}

/** Round with a scale, take the scale that fits these integers best, and again: the error of each turn is at most that of the one before. */
function refined(values: Float64Array, start: number, levels: number): number {
  let scale = start;
  for (let turn = 0; turn < 4; turn++) {
    let [product, square] = [0, 0];
    for (const value of values) {
      const integer = rounded(value, scale, levels);
      product += value * integer;
      square += integer * integer;
    }
    if (square === 0) return scale;
    scale = product / square; // the least of Σ (value − scale · integer)²
  }
  return scale;
}

function squaredError(values: Float64Array, scale: number, levels: number): number {
  let sum = 0;
  for (const value of values) sum += (value - scale * rounded(value, scale, levels)) ** 2;
  return sum;
}
