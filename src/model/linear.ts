import type { Value } from "../graph/index.ts";
import type { Network } from "./network.ts";
import { dropout } from "./noise.ts";

/** `x Wᵀ + b`. On two axes the engine makes one Gemm of it, which adds the bias on the way. */
export function linear({ g, parameter }: Network, name: string, x: Value): Value {
  const product = g.matMul(x, g.transpose(parameter(`${name}.weight`), [1, 0]));
  return g.add(product, parameter(`${name}.bias`));
}

/** LayerNorm with the layer's scale and bias. */
export function norm({ g, parameter }: Network, name: string, x: Value): Value {
  return g.layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
}

/** `fc2(LN(gelu(fc1 x)))`; the norm on the hidden layer only where the authors have one. `drops`: dropout on the hidden layer and the output. */
export function mlp(net: Network, name: string, x: Value, normed: boolean, drops?: "dropout" | "head"): Value {
  const drop = (place: string, v: Value) => (drops === undefined ? v : dropout(net, `${name}.${place}`, v, drops));
  const hidden = drop("hidden", net.g.gelu(linear(net, `${name}.fc1`, x)));
  return drop("output", linear(net, `${name}.fc2`, normed ? norm(net, `${name}.norm`, hidden) : hidden));
}

/** The tensor as a matrix of rows: (…, n) → (rows, n). Nothing moves in memory. */
export function asRows({ g }: Network, x: Value): Value {
  return g.reshape(x, [-1, Number(x.shape.at(-1))]);
}
