import { createBuilder, float32, type Graph, type GraphBuilder, type Value } from "../../graph/index.ts";
import type { FeedTensor } from "../../runtime/session.ts";
import { emaDecay } from "../optimizer/ema.ts";
import { type FlatGroup, ROW, vectorName } from "./flatGraphs.ts";
import type { StepUpdate } from "./stepEngine.ts";

type Groups = readonly FlatGroup[];

const vector = (g: GraphBuilder, kind: string, groups: Groups, i: number): Value =>
  g.input(vectorName(kind, i), "float32", [groups[i].length]);

/** Σ `gradients/<i>`² over all vectors: `squares`, a scalar. */
export function normGraph(groups: Groups): Graph {
  const g = createBuilder("norm of the gradient");
  const sums = groups.map((_, i) => {
    const gradient = vector(g, "gradients", groups, i);
    const rows = g.reduceSum(g.reshape(g.mul(gradient, gradient), [-1, ROW]), [1], false);
    return g.reduceSum(rows, [0], false);
  });
  return g.finish({ squares: sums.reduce((a, b) => g.add(a, b)) });
}

/** `gradients/<i>` + `more/<i>`, as `gradients/<i>` of a step that goes on. */
export function addGraph(groups: Groups): Graph {
  const g = createBuilder("sum of gradients");
  const sums = groups.map((_, i) => g.add(vector(g, "gradients", groups, i), vector(g, "more", groups, i)));
  return g.finish(Object.fromEntries(sums.map((sum, i) => [vectorName("sums", i), sum])));
}

/** `given/<i>` as it is: takes vectors to the device, or back. */
export function copyGraph(groups: Groups): Graph {
  const g = createBuilder("copy of vectors");
  const copies = groups.map((_, i) => [vectorName("copied", i), g.identity(vector(g, "given", groups, i))]);
  return g.finish(Object.fromEntries(copies));
}

/** Scalars of a step, in the words of `adamwStep`. */
const SCALARS = ["factor", "beta1", "share1", "beta2", "share2", "rate", "scale", "eps", "decay", "emaShare"] as const;
type Scalar = (typeof SCALARS)[number];

/**
 * The scalars that `updateGraph` takes.
 * @param factor of clipping
 * @param ema highest decay of the running mean of the weights
 */
export function updateScalars(
  { step, lr, betas: [beta1, beta2], eps, weightDecay }: StepUpdate,
  factor: number,
  ema: number,
): Record<string, FeedTensor> {
  const values: Readonly<Record<Scalar, number>> = {
    factor,
    beta1,
    share1: 1 - beta1,
    beta2,
    share2: 1 - beta2,
    rate: lr / (1 - beta1 ** step),
    scale: 1 / Math.sqrt(1 - beta2 ** step),
    eps,
    decay: lr * weightDecay,
    emaShare: 1 - emaDecay(step - 1, ema),
  };
  return Object.fromEntries(SCALARS.map((name) => [name, float32([values[name]], [])]));
}

/**
 * AdamW as in `adamwStep`, in float32, on vectors: `weights/<i>`, `m/<i>`, `v/<i>` (and `ema/<i>`) and `gradients/<i>` give `new weights/<i>` and so on.
 * The step is taken off the weights in one piece: `1 − lr·λ` in float32 would round the decay.
 */
export function updateGraph(groups: Groups, ema: boolean): Graph {
  const g = createBuilder("AdamW");
  const scalars = new Map(SCALARS.map((name) => [name, g.input(name, "float32", [])]));
  const scalar = (name: Scalar) => scalars.get(name)!;
  const outputs = groups.flatMap((group, i) => {
    const own = (kind: string) => vector(g, kind, groups, i);
    const gradient = g.mul(own("gradients"), scalar("factor"));
    const m = g.add(g.mul(own("m"), scalar("beta1")), g.mul(gradient, scalar("share1")));
    const v = g.add(g.mul(own("v"), scalar("beta2")), g.mul(g.mul(gradient, gradient), scalar("share2")));
    const old = own("weights");
    const weights = g.sub(old, stepOf(g, scalar, group, { old, m, v }));
    const mean = ema ? meanOf(g, own("ema"), weights, scalar("emaShare")) : [];
    return [weights, m, v, ...mean].map((value, kind) => [vectorName(`new ${KINDS[kind]}`, i), value] as const);
  });
  return g.finish(Object.fromEntries(outputs));
}

/** What a device holds per group. */
export const KINDS = ["weights", "m", "v", "ema"] as const;
export type Kind = (typeof KINDS)[number];

/** `lr·λ·p + lr / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)`, times the group's factor on the rate. */
function stepOf(
  g: GraphBuilder,
  scalar: (name: Scalar) => Value,
  { lrFactor, decays }: FlatGroup,
  { old, m, v }: Readonly<Record<"old" | "m" | "v", Value>>,
): Value {
  const own = (rate: Value) => (lrFactor === 1 ? rate : g.mul(rate, g.scalar(lrFactor)));
  const root = g.add(g.mul(g.sqrt(v), scalar("scale")), scalar("eps"));
  const step = g.div(g.mul(m, own(scalar("rate"))), root);
  return decays ? g.add(g.mul(old, own(scalar("decay"))), step) : step;
}

/** `mean + (1 − decay) · (p − mean)` */
const meanOf = (g: GraphBuilder, mean: Value, weights: Value, share: Value): [Value] => [
  g.add(mean, g.mul(g.sub(weights, mean), share)),
];
