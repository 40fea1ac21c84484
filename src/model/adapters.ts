import type { Value } from "../graph/index.ts";
import type { Network } from "./network.ts";
import { dropout } from "./noise.ts";

/**
 * What the adapter of a linear layer adds to its output, `(α/r) · drop(x) Aᵀ Bᵀ`; undefined where it has none.
 * @param x (rows, inner)
 */
export function adapterOutput(net: Network, module: string, x: Value): Value | undefined {
  const pair = net.adapters?.of(module);
  if (pair === undefined) return undefined;
  const { g, adapters } = net;
  const low = g.fusedMatMul(dropout(net, module, x, "lora"), pair.a, { transB: true });
  return g.fusedMatMul(low, pair.b, { transB: true, alpha: adapters!.scaling });
}

/** A weight with its adapter added in, `W + (α/r)·B A`: for maps that are not applied as they stand. */
export function adaptedWeight(net: Network, module: string, weight: string): Value {
  const pair = net.adapters?.of(module);
  const base = net.parameter(weight);
  if (pair === undefined) return base;
  return net.g.add(base, net.g.fusedMatMul(pair.b, pair.a, { alpha: net.adapters!.scaling }));
}
