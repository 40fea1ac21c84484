import type { Tensor } from "../graph/index.ts";

/** Widths of weights in bits. */
export type WeightBits = 8 | 4 | 2;

/** Positive steps of a symmetric integer: 127, 7, 1. */
export const levelsOf = (bits: WeightBits): number => 2 ** (bits - 1) - 1;

/** A matrix in integers, one scale per output channel. */
export interface QuantizedWeight {
  readonly bits: WeightBits;
  readonly shape: readonly [number, number];
  /** Row major; in ±127, ±7 or ±1. */
  readonly values: Int8Array;
  /** One per position along `axis`. */
  readonly scales: Float32Array;
  /** Of the output channels. */
  readonly axis: 0 | 1;
}

/**
 * Round a matrix to integers, each output channel with the scale whose squared error is least: of 8 bits the one of the largest weight, of fewer bits the best
 * of those that clip some.
 * @param axis along which the output channels lie
 */
export function quantizeWeight({ data, shape }: Tensor, axis: 0 | 1, bits: WeightBits): QuantizedWeight {
  const [rows, columns] = shape;
  const channels = axis === 0 ? rows : columns;
  const inner = axis === 0 ? columns : rows;
  const at = (channel: number, k: number) => (axis === 0 ? channel * columns + k : k * columns + channel);
  const values = new Int8Array(rows * columns);
  const scales = new Float32Array(channels);
  const own = new Float64Array(inner);
  for (let channel = 0; channel < channels; channel++) {
    for (let k = 0; k < inner; k++) own[k] = Number(data[at(channel, k)]);
    const scale = Math.fround(scaleOf(own, bits));
    scales[channel] = scale;
    for (let k = 0; k < inner; k++) values[at(channel, k)] = rounded(own[k], scale, levelsOf(bits));
  }
  return { bits, shape: [rows, columns], values, scales, axis };
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

/** Shares of the scale of the largest weight that are tried below 8 bits. */
const SHARES = Array.from({ length: 81 }, (_, i) => 1 - i / 100);

function scaleOf(values: Float64Array, bits: WeightBits): number {
  const levels = levelsOf(bits);
  const max = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  if (max === 0) return 1; // a channel of zeros, in any scale
  const widest = max / levels;
  if (bits === 8) return widest;
  const errors = SHARES.map((share) => squaredError(values, share * widest, levels));
  return SHARES[errors.indexOf(Math.min(...errors))] * widest;
}

function squaredError(values: Float64Array, scale: number, levels: number): number {
  let sum = 0;
  for (const value of values) sum += (value - scale * rounded(value, scale, levels)) ** 2;
  return sum;
}
