import { float32, NORM_EPSILON, type Tensor, type Value } from "../graph/index.ts";
import type { Network } from "./network.ts";

/** Output positions of the first convolution, whatever the patch size (stride P/4). */
export const POSITIONS = 4;
const GROUPS = 4;

/** The result is `to` times the norm of `from` times the operand. */
interface NormFactors {
  readonly from: number;
  readonly to: number;
}

/**
 * GroupNorm of `y + bias` with statistics over all channels and patches of a sample (SPEC.md §3), in columns of (position, channel).
 * Group means are column means times an averaging matrix, so nothing is transposed.
 * @param i number of the convolution whose result y is (B, N, D); its norm is number i + 1
 */
export function groupNorm(net: Network, i: number, y: Value, { from, to }: NormFactors = { from: 1, to: 1 }): Value {
  const { g, sizes } = net;
  const bias = columns(net, `${i}.bias`, 1 / from);
  const weight = columns(net, `${i + 1}.weight`, to);
  const shift = columns(net, `${i + 1}.bias`, to);
  const groupMean = averaging(net);
  const columnMean = g.add(g.reduceMean(y, [1]), bias); // (B, 1, D)
  const mean = groupMean(columnMean);
  const centred = g.add(y, g.sub(bias, mean));
  const variance = groupMean(g.reduceMean(g.mul(centred, centred), [1]));
  const deviation = g.sqrt(g.add(variance, g.scalar(NORM_EPSILON / from ** 2)));
  const scale = g.div(weight, deviation);
  const normed = g.add(g.mul(centred, scale), shift);
  if (net.training === undefined) g.region("GroupNorm", [y, bias, weight, shift], normed, regionAttrs(sizes.embedDim));
  const offCentre = () => g.sub(columnMean, mean);
  return g.withGradient(normed, [y, bias, weight, shift], (d) =>
    pullBack(net, d, { y, weight, centred, deviation, scale, offCentre }),
  );
}

/** What the gradient takes from the forward pass; `centred` (B, N, D), the others (B, 1, D) or (D). */
interface Forward {
  readonly y: Value;
  readonly weight: Value;
  readonly centred: Value;
  readonly deviation: Value;
  readonly scale: Value;
  /** Mean of `centred` over the patches. */
  readonly offCentre: () => Value;
}

/** `dy = d ⊙ w/σ − c/σ · mean(d ⊙ w ⊙ c/σ)/σ − mean(d ⊙ w)/σ` with c the centred values, and the gradients of bias, weight and shift. */
function pullBack(net: Network, d: Value, { y, weight, centred, deviation, scale, offCentre }: Forward): Value[] {
  const { g } = net;
  const count = g.reshape(g.cast(g.shape(y, 1, 2), "float32"), []);
  const groupMean = averaging(net);
  const ofSums = (v: Value) => groupMean(g.div(v, count));
  const overSamples = (v: Value) => g.reduceSum(v, [0, 1], false);
  const [sum, inner] = [g.reduceSum(d, [1]), g.reduceSum(g.mul(d, centred), [1])];
  const along = g.div(ofSums(g.mul(inner, scale)), g.mul(deviation, deviation));
  const level = g.div(ofSums(g.mul(sum, weight)), deviation);
  const dy = g.sub(g.sub(g.mul(d, scale), g.mul(centred, along)), level);
  const dBias = g.sub(g.mul(sum, scale), g.mul(g.add(g.mul(offCentre(), along), level), count)); // Σ dy
  return [dy, overSamples(dBias), overSamples(g.div(inner, deviation)), overSamples(sum)];
}

/** The mean over the columns of each one's group. */
function averaging({ g, sizes }: Network): (v: Value) => Value {
  const matrix = g.constant(groupAverage(sizes.embedDim), "patch_embed/groups");
  return (v) => g.matMul(v, matrix);
}

/** A per-channel parameter in columns, times a factor. */
function columns(net: Network, name: string, factor: number): Value {
  const column = tiled(net, net.parameter(`patch_embed.proj_in.${name}`));
  return factor === 1 ? column : net.g.mul(column, net.g.scalar(factor));
}

/** A per-channel vector (E) repeated for the four positions: (4·E). */
function tiled({ g, sizes }: Network, vector: Value): Value {
  return g.reshape(g.concat([vector, vector, vector, vector], 0), [sizes.embedDim]);
}

/** (D, D): `y · M` replaces each column by the mean over the columns of its group. */
function groupAverage(dim: number): Tensor {
  const groups = groupsOf(dim);
  const data = new Float32Array(dim * dim);
  for (let a = 0; a < dim; a++) {
    for (let b = 0; b < dim; b++) if (groups[a] === groups[b]) data[a * dim + b] = GROUPS / dim;
  }
  return float32(data, [dim, dim]);
}

/** The group of each column. */
function groupsOf(dim: number): number[] {
  const channels = dim / POSITIONS;
  return Array.from({ length: dim }, (_, column) => Math.floor(((column % channels) * GROUPS) / channels));
}

/** For those who compute the norm as one: the group of each column, ε. */
const regionAttrs = (dim: number) => ({ groupOf: groupsOf(dim), epsilon: NORM_EPSILON });
