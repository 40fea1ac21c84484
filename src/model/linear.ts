import { NORM_EPSILON, type Value } from "../graph/index.ts";
import { doubledGelu, GELU_FACTOR } from "./doubledGelu.ts";
import type { Network } from "./network.ts";
import { dropout } from "./noise.ts";

/** Factors that cost nothing inside a product: `from` on the operand, `to` on the result. */
interface Factors {
  readonly from?: number;
  readonly to?: number;
}

/** `x Wᵀ + b`, with factors `to · (from · x Wᵀ + b)`. */
export function linear(net: Network, name: string, x: Value, factors?: Factors): Value {
  return affine(net, x, net.parameter(`${name}.weight`), net.parameter(`${name}.bias`), factors);
}

/** `x Wᵀ + b` of given values. On two axes the engine makes one Gemm of it, which adds the bias on the way. */
export function affine(
  { g, training }: Network,
  x: Value,
  weight: Value,
  bias: Value,
  { from = 1, to = 1 }: Factors = {},
): Value {
  if (training === undefined) return g.add(g.matMul(x, g.transpose(weight, [1, 0])), bias);
  const alpha = from * to;
  if (x.shape.length === 2) return g.gemm(x, weight, bias, { transB: true, alpha, beta: to });
  const addend = to === 1 ? bias : g.mul(bias, g.scalar(to));
  return g.add(g.fusedMatMul(x, weight, { transB: true, alpha }), addend);
}

/** LayerNorm with the layer's scale and bias, of `from · x`. */
export function norm({ g, parameter, training }: Network, name: string, x: Value, { from = 1 }: Factors = {}): Value {
  const [scale, bias] = [parameter(`${name}.weight`), parameter(`${name}.bias`)];
  if (training === undefined) return g.layerNorm(x, scale, bias);
  return g.layerNormStats(x, scale, bias, NORM_EPSILON / from ** 2)[0]; // its deviation has the factor 1 / from
}

/** `fc2(LN(gelu(fc1 x)))`; the norm on the hidden layer only where the authors have one. `drops`: dropout on the hidden layer and the output. */
export function mlp(net: Network, name: string, x: Value, normed: boolean, drops?: "dropout" | "head"): Value {
  const drop = (place: string, v: Value) => (drops === undefined ? v : dropout(net, `${name}.${place}`, v, drops));
  const layers = { first: `${name}.fc1`, second: `${name}.fc2`, ...(normed && { norm: `${name}.norm` }) };
  return drop(
    "output",
    feedForward(net, x, layers, (hidden) => drop("hidden", hidden)),
  );
}

/** Names of two linear layers and of the norm between them, if there is one. */
interface FeedForwardLayers {
  readonly first: string;
  readonly norm?: string;
  readonly second: string;
}

/** `second(LN(drop(gelu(first x))))`; `drop` keeps factors. */
export function feedForward(
  net: Network,
  x: Value,
  layers: FeedForwardLayers,
  drop: (hidden: Value) => Value = (hidden) => hidden,
): Value {
  const { value, from } = hiddenLayer(net, layers.first, x);
  const hidden = drop(value);
  if (layers.norm === undefined) return linear(net, layers.second, hidden, { from });
  return linear(net, layers.second, norm(net, layers.norm, hidden, { from }));
}

/**
 * `gelu(first x)` as `from · value`. Where gradients are taken, the products on both sides take the factors of
 * `gelu(√2 u) = √½ · u (1 + erf u)`, see doubledGelu.ts.
 */
function hiddenLayer(net: Network, first: string, x: Value): { readonly value: Value; readonly from: number } {
  if (net.training === undefined) return { value: net.g.gelu(linear(net, first, x)), from: 1 };
  const u = linear(net, first, x, { to: GELU_FACTOR });
  return { value: doubledGelu(net.g, u), from: GELU_FACTOR };
}

/** The tensor as a matrix of rows: (…, n) → (rows, n). Nothing moves in memory. */
export function asRows({ g }: Network, x: Value): Value {
  return g.reshape(x, [-1, Number(x.shape.at(-1))]);
}
