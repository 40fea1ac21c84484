import { dot } from "./dot.ts";
import { combine, reciprocal } from "./multiplier.ts";
import { clip8, clip16, type Multiplier, requantize } from "./requantize.ts";

/** `round(127 · exp(−i / 32))`, i = 0 … 191: 0 from 178 on. */
export const EXP_TABLE = Uint8Array.from({ length: 192 }, (_, i) => Math.round(127 * Math.exp(-i / 32)));

export interface SelfAttentionShape {
  /** Sequences that do not see each other. */
  readonly sequences: number;
  /** L: rows of a sequence, at most 65,536. */
  readonly length: number;
  readonly heads: number;
  /** Width of a head. */
  readonly size: number;
}

/**
 * Softmax attention of every row to all rows of its sequence, head by head.
 * @param q, k, v (sequences · length, heads · size)
 * @param scores from products of q and k to units of 1/32 nat
 * @param values from the scale of v to that of the result
 * @returns (sequences · length, heads · size)
 */
export function selfAttention(
  { q, k, v }: { readonly q: Int8Array; readonly k: Int8Array; readonly v: Int8Array },
  { sequences, length, heads, size }: SelfAttentionShape,
  { scores, values }: { readonly scores: Multiplier; readonly values: Multiplier },
): Int8Array {
  const width = heads * size;
  const row = newRow(length, size);
  const y = new Int8Array(sequences * length * width);
  for (let query = 0; query < sequences * length; query++) {
    const first = (query - (query % length)) * width;
    for (let head = 0; head < width; head += size) {
      const [at, from] = [query * width + head, first + head];
      for (let j = 0; j < length; j++) row.scores[j] = dot(q, at, k, from + j * width, size);
      attend(row, scores);
      mix(row, v, from, width);
      y.set(divided(row, values), at);
    }
  }
  return y;
}

export interface QueryAttentionShape {
  /** Groups of tokens that do not see each other. */
  readonly groups: number;
  /** Tokens of a group, at most 65,536. */
  readonly tokens: number;
  readonly width: number;
}

export interface QueryAttentionConstants {
  /** (R, width): what every group is asked. */
  readonly queries: Int8Array;
  /** (R), from products of queries and tokens to units of 1/32 nat. */
  readonly scores: readonly Multiplier[];
  /** From the scale of the tokens to that of the result. */
  readonly values: Multiplier;
}

/**
 * Softmax attention of R constant rows to the tokens of every group, which are keys and values alike.
 * @param x (groups · tokens, width)
 * @returns (groups, R, width)
 */
export function queryAttention(
  x: Int8Array,
  { groups, tokens, width }: QueryAttentionShape,
  { queries, scores, values }: QueryAttentionConstants,
): Int8Array {
  const row = newRow(tokens, width);
  const y = new Int8Array(groups * queries.length);
  for (let group = 0; group < groups; group++) {
    const from = group * tokens * width;
    scores.forEach((by, r) => {
      for (let j = 0; j < tokens; j++) row.scores[j] = dot(queries, r * width, x, from + j * width, width);
      attend(row, by);
      mix(row, x, from, width);
      y.set(divided(row, values), group * queries.length + r * width);
    });
  }
  return y;
}

/** One row of attention on its way from scores to sums. */
interface Row {
  /** (L) int32, then in units of 1/32 nat. */
  readonly scores: Int32Array;
  /** (L) e[j], 0 … 127; the largest score has 127. */
  readonly weights: Uint8Array;
  /** (size) Σ e[j] · v[j]. */
  readonly sums: Int32Array;
  /** Σ e[j]. */
  total: number;
}

const newRow = (length: number, size: number): Row => ({
  scores: new Int32Array(length),
  weights: new Uint8Array(length),
  sums: new Int32Array(size),
  total: 0,
});

/** Weights of a row and their total. */
function attend(row: Row, by: Multiplier): void {
  const { scores, weights } = row;
  let highest = -32767;
  for (let j = 0; j < scores.length; j++) {
    scores[j] = clip16(requantize(scores[j], by));
    if (scores[j] > highest) highest = scores[j];
  }
  row.total = 0;
  for (let j = 0; j < scores.length; j++) {
    weights[j] = EXP_TABLE[Math.min(highest - scores[j], 191)];
    row.total += weights[j];
  }
}

/** Values under the weights of a row; value j starts at `from + j · stride`. */
function mix({ weights, sums }: Row, values: Int8Array, from: number, stride: number): void {
  sums.fill(0);
  for (let j = 0; j < weights.length; j++) {
    const weight = weights[j];
    if (weight === 0) continue;
    for (let d = 0; d < sums.length; d++) sums[d] += Math.imul(weight, values[from + j * stride + d]);
  }
}

/** The sums over the total of the weights, in the scale of the result. */
function divided({ sums, total }: Row, values: Multiplier): Int32Array {
  const by = combine(reciprocal(total), values);
  return sums.map((sum) => clip8(requantize(sum, by)));
}
