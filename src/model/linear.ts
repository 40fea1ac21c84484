import type { Value } from "../graph/index.ts";
import type { Network } from "./network.ts";

/** `x Wᵀ` of a linear layer, without its bias: the bias goes into whatever pass over memory comes next. */
export function product({ g, parameter }: Network, name: string, x: Value): Value {
  return g.matMul(x, g.transpose(parameter(`${name}.weight`), [1, 0]));
}

/** `x Wᵀ + b` */
export function linear(net: Network, name: string, x: Value): Value {
  return net.g.add(product(net, name, x), net.parameter(`${name}.bias`));
}

/** LayerNorm with the layer's scale and bias. */
export function norm({ g, parameter }: Network, name: string, x: Value): Value {
  return g.layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`));
}

/** `gelu(x Wᵀ + b)` */
export function linearGelu(net: Network, name: string, x: Value): Value {
  return net.g.biasGelu(product(net, name, x), net.parameter(`${name}.bias`));
}

/** A sum that is still open: `stream + branch + bias`. It is closed together with the norm that follows. */
export interface Residual {
  readonly stream: Value;
  readonly branch: Value;
  readonly bias: Value;
}

/** Close a residual sum and take its LayerNorm; one pass over memory for three axes, which is what the engine's kernel takes. */
export function normResidual(
  net: Network,
  name: string,
  open: Residual,
): { readonly normed: Value; readonly stream: Value } {
  const { g, parameter } = net;
  const { stream, branch, bias } = open;
  if (branch.shape.length !== 3) {
    const closed = sumResidual(net, open);
    return { normed: norm(net, name, closed), stream: closed };
  }
  const [normed, , , sum] = g.skipLayerNorm(
    branch,
    stream,
    parameter(`${name}.weight`),
    parameter(`${name}.bias`),
    bias,
  );
  return { normed, stream: sum };
}

/** Close a residual sum that no norm follows. */
export function sumResidual({ g }: Network, { stream, branch, bias }: Residual): Value {
  return g.add(stream, g.add(branch, bias));
}

/** `fc2(LN(gelu(fc1 x)))` without the bias of fc2; the norm on the hidden layer only where the authors have one. */
export function mlpProduct(net: Network, name: string, x: Value, normed: boolean): Value {
  const hidden = linearGelu(net, `${name}.fc1`, x);
  return product(net, `${name}.fc2`, normed ? norm(net, `${name}.norm`, hidden) : hidden);
}

/** `fc2(LN(gelu(fc1 x)))` */
export function mlp(net: Network, name: string, x: Value, normed: boolean): Value {
  return net.g.add(mlpProduct(net, name, x, normed), net.parameter(`${name}.fc2.bias`));
}
