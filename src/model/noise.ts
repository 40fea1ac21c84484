import type { Dim, Value } from "../graph/index.ts";
import type { Grid } from "./grid.ts";
import { overGrid } from "./grid.ts";
import type { Network, NoiseRates } from "./network.ts";

/** No noise: the gradient of the network as it is at inference. */
export const SILENT: NoiseRates = { dropout: 0, head: 0, depth: 0, lora: 0 };

/** An input of a graph for training that says which values stay: bool, rows of windows. */
export interface NoiseInput {
  readonly name: string;
  readonly shape: readonly Dim[];
  /** Chance of each value to be false. */
  readonly rate: number;
}

/** Dropout: values are dropped with the given chance and the others divided by the share that stays. At inference `x` itself. */
export function dropout(net: Network, place: string, x: Value, kind: "dropout" | "head" | "lora"): Value {
  const rate = net.training?.rates[kind] ?? 0;
  return rate === 0 ? x : net.g.mul(x, factors(net, place, x.shape, rate));
}

/** 0 or 1 / (1 − rate). */
function factors({ g, training }: Network, place: string, shape: readonly Dim[], rate: number): Value {
  return g.where(training!.kept(place, shape, rate), g.scalar(1 / (1 - rate)), g.scalar(0));
}

/** What a window does with the residual branches of the blocks: factors (B, 2·depth), attention and MLP of block 0 first. */
export function branchFactors(net: Network, { dims }: Grid): Value | undefined {
  const rate = net.training?.rates.depth ?? 0;
  return rate === 0 ? undefined : factors(net, "depth", [dims[0], 2 * net.sizes.depth], rate);
}

/** A residual branch under stochastic depth: `branch` (B·S, W) times the factor of its window. */
export function throughBranch(net: Network, branch: Value, i: number, all: Value | undefined, grid: Grid): Value {
  if (all === undefined) return branch;
  const { g } = net;
  const own = g.unsqueeze(g.slice(all, [i], [i + 1], [1]), [2]); // (B, 1, 1)
  return g.reshape(g.mul(overGrid(net, branch, grid), own), [-1, Number(branch.shape[1])]);
}
