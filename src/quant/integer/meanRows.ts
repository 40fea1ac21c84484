import { clip8, type Multiplier, requantize } from "./requantize.ts";

/**
 * The mean over rows, `clip8(requant(Σ x))`.
 * @param x (rows, columns), at most 2¹⁶ rows
 * @param by holds 1 / rows
 * @returns (columns)
 */
export function meanRows(x: Int8Array | Int16Array, columns: number, by: Multiplier): Int8Array {
  const sums = new Int32Array(columns);
  for (let i = 0; i < x.length; i++) sums[i % columns] += x[i];
  return Int8Array.from(sums, (sum) => clip8(requantize(sum, by)));
}
