import { ops, type Value } from "../graph/index.ts";
import { adaptedWeight } from "./adapters.ts";
import { affine } from "./linear.ts";
import type { Network } from "./network.ts";
import { dropout } from "./noise.ts";

/** `in_proj_weight`/`in_proj_bias` of a PyTorch attention, cut into query, key and value rows. */
export interface InProjection {
  /** (D, D) each, rows are outputs. */
  readonly weight: readonly [Value, Value, Value];
  /** (D) each. */
  readonly bias: readonly [Value, Value, Value];
}

/** Cut the packed projection of an attention of width `dim`. */
export function inProjection(net: Network, name: string, dim: number): InProjection {
  const { g, parameter } = net;
  const parts = [dim, dim, dim];
  return {
    weight: g.split3(adaptedWeight(net, `${name}.in_proj`, `${name}.in_proj_weight`), parts, 0) as [
      Value,
      Value,
      Value,
    ],
    bias: g.split3(parameter(`${name}.in_proj_bias`), parts, 0) as [Value, Value, Value],
  };
}

/**
 * Multi-head attention whose queries are learned and do not depend on the signal.
 *
 * With constant queries the projections of keys and values need not be made per token:
 * `q·(Wk n + bk)` over the keys is `(Wkᵀ q)·n` up to a constant that softmax removes, and
 * `Wo Σ a (Wv n + bv) = (Wo Wv) Σ a n + Wo bv` because the weights `a` sum to 1. So each token costs H·Q products of width D
 * instead of 2·D², and the small matrices are constants at inference.
 */
export interface LearnedQueryAttention {
  /** Attention weights (…, Q·H, N): rows (query, head). */
  readonly weights: Value;
  /** (rows, D): the last two axes of the operand give way to Q rows of width D. */
  readonly output: Value;
}

/** Scale and bias of the LayerNorm in front of keys or values; the tokens come normalised but not scaled. */
export interface NormAffine {
  readonly scale: Value;
  readonly bias: Value;
}

export interface LearnedQueryOptions {
  readonly keys?: NormAffine;
  readonly values?: NormAffine;
  /** Dropout on the attention weights. */
  readonly drops?: boolean;
}

/**
 * @param queries (Q, D), after their norm
 * @param tokens (…, N, D): keys and values before `keys.scale`, `values.scale` and the biases
 */
export function learnedQueryAttention(
  net: Network,
  name: string,
  queries: Value,
  tokens: Value,
  heads: number,
  { keys, values, drops = false }: LearnedQueryOptions = {},
): LearnedQueryAttention {
  const { g, parameter } = net;
  const dim = Number(queries.shape[1]);
  const { weight, bias } = inProjection(net, name, dim);
  const lookup = keyLookup(net, queries, weight[0], bias[0], scaled(net, weight[1], keys), heads);
  const scores = g.fusedMatMul(lookup, tokens, { transB: true }); // (…, Q·H, N)
  const weights = g.softmax(scores);
  const kept = drops ? dropout(net, name, weights, "head") : weights;
  const gathered = g.matMul(kept, tokens); // (…, Q·H, D)
  const rows = g.reshape(gathered, [-1, heads * dim]); // one per query
  const { matrix, offsets } = valueOutput(net, name, weight[2], bias[2], heads, values);
  const products = g.add(g.matMul(rows, matrix), parameter(`${name}.out_proj.bias`));
  if (kept === weights) return { weights, output: g.add(products, g.reduceSum(offsets, [0], false)) };
  const sums = g.reshape(g.reduceSum(kept, [-1], false), [-1, heads]); // not 1 any more
  return { weights, output: g.add(products, g.matMul(sums, offsets)) };
}

/** W ⊙ scale over its inputs: the norm's scale moved into the projection. */
function scaled({ g }: Network, weight: Value, affine: NormAffine | undefined): Value {
  return affine === undefined ? weight : g.mul(weight, affine.scale);
}

/** (Q·H, D): row (q, h) is `Wk_hᵀ (Wq q + bq)_h / √(D/H)`. */
function keyLookup({ g }: Network, queries: Value, weight: Value, bias: Value, keyWeight: Value, heads: number): Value {
  const [numQueries, dim] = queries.shape.map(Number);
  const size = dim / heads;
  const projected = g.add(g.matMul(queries, g.transpose(weight, [1, 0])), bias); // (Q, D)
  const perHead = g.transpose(g.reshape(projected, [numQueries, heads, size]), [1, 0, 2]); // (H, Q, d)
  const lookup = g.matMul(perHead, g.reshape(keyWeight, [heads, size, dim])); // (H, Q, D)
  const rows = g.reshape(g.transpose(lookup, [1, 0, 2]), [numQueries * heads, dim]);
  return g.mul(rows, g.scalar(1 / Math.sqrt(size)));
}

/** `matrix` (H·D, D): block h is `(Wo_h Wv_h)ᵀ`; `offsets` (H, D): row h is `Wo_h (Wv β + bv)_h`. */
function valueOutput(
  net: Network,
  name: string,
  weight: Value,
  bias: Value,
  heads: number,
  affine: NormAffine | undefined,
): { matrix: Value; offsets: Value } {
  const { g } = net;
  const dim = Number(weight.shape[0]);
  const size = dim / heads;
  const out = g.transpose(adaptedWeight(net, `${name}.out_proj`, `${name}.out_proj.weight`), [1, 0]); // (D in, D out)
  const outPerHead = g.reshape(out, [heads, size, dim]);
  const values = g.reshape(scaled(net, weight, affine), [heads, size, dim]); // (H, d, D)
  const matrix = g.matMul(g.transpose(values, [0, 2, 1]), outPerHead); // (H, D, D)
  const shift = affine === undefined ? bias : g.add(bias, g.reshape(timesVector(net, weight, affine.bias), [dim]));
  const offsets = g.matMul(g.reshape(shift, [heads, 1, size]), outPerHead); // (H, 1, D)
  return { matrix: g.reshape(matrix, [heads * dim, dim]), offsets: g.reshape(offsets, [heads, dim]) };
}

function timesVector({ g }: Network, matrix: Value, vector: Value): Value {
  return g.matMul(matrix, g.reshape(vector, [Number(vector.shape[0]), 1]));
}

/**
 * Self-attention of a PyTorch layer.
 * @param x (N, L, D)
 * @returns (N, L, D)
 */
export function attention(net: Network, name: string, x: Value, heads: number): Value {
  return outProjection(net, name, attendPacked(net, packed(net, name, x), heads));
}

/**
 * `attention` among `length` neighbouring rows; products on rows let the engine add the biases on the way.
 * @param x (N·length, D)
 * @returns (N·length, D)
 */
export function rowAttention(net: Network, name: string, x: Value, length: number, heads: number): Value {
  const { g } = net;
  const dim = Number(x.shape[1]);
  const attended = attendPacked(net, g.reshape(packed(net, name, x), [-1, length, 3 * dim]), heads);
  return outProjection(net, name, g.reshape(attended, [-1, dim]));
}

function outProjection(net: Network, name: string, x: Value): Value {
  const weight = adaptedWeight(net, `${name}.out_proj`, `${name}.out_proj.weight`);
  return affine(net, x, weight, net.parameter(`${name}.out_proj.bias`));
}

/** Queries, keys and values side by side: (…, D) → (…, 3·D). */
function packed(net: Network, name: string, x: Value): Value {
  const weight = adaptedWeight(net, `${name}.in_proj`, `${name}.in_proj_weight`);
  return affine(net, x, weight, net.parameter(`${name}.in_proj_bias`));
}

/** Attention of packed queries, keys and values (N, L, 3·D), before the output projection: (N, L, D). */
function attendPacked(net: Network, x: Value, heads: number): Value {
  const dim = Number(x.shape[2]) / 3;
  const [q, k, v] = net.g.split3(x, [dim, dim, dim], 2);
  return attend(net, q, k, v, heads, 1 / Math.sqrt(dim / heads));
}

/**
 * Multi-head attention of (B, L, heads·size). Where gradients are taken it is written out, so that they can use what it computes on the way.
 */
export function attend({ g, training }: Network, q: Value, k: Value, v: Value, heads: number, scale: number): Value {
  if (training === undefined) return g.multiHeadAttention(q, k, v, heads, scale);
  return ops.multiHeadAttention.expand!(g, [q, k, v], { num_heads: heads, scale })[0]!;
}
