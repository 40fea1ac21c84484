import { float32, NORM_EPSILON, type Tensor, type Value } from "../graph/index.ts";
import type { Network } from "./network.ts";

/** Output positions of the first convolution, whatever the patch size (stride P/4). */
const POSITIONS = 4;
const GROUPS = 4;

/**
 * Patch embedding (SPEC.md §3): three convolutions along each patch, each followed by GroupNorm and GELU.
 * A convolution never crosses a patch border, so each is one matrix product on rows of (position, channel); the banded matrix is made
 * from the convolution's weights inside the graph, where it folds into a constant at inference and carries gradients in training.
 * @param x patches of a sample side by side (B, N, P), in any order
 * @returns (B, N, D), position major
 */
export function patchEmbed(net: Network, x: Value): Value {
  const { g, sizes } = net;
  const kernel = sizes.patchSize / 2 - 1;
  const stride = sizes.patchSize / 4;
  const stage = (i: number, input: Value, matrix: Value) =>
    g.gelu(groupNorm(net, i + 1, g.matMul(input, matrix), net.parameter(`patch_embed.proj_in.${i}.bias`)));
  const first = stage(0, x, strided(net, "patch_embed.proj_in.0", kernel, stride));
  const second = stage(3, first, banded(net, "patch_embed.proj_in.3"));
  return stage(6, second, banded(net, "patch_embed.proj_in.6"));
}

/** Matrix (P, 4·E) of a convolution from one channel to E: `M[p, o·E + e] = w[e, p − stride·o + padding]`. */
function strided({ g, sizes, parameter }: Network, name: string, kernel: number, stride: number): Value {
  const channels = sizes.embedDim / 4;
  const weight = g.transpose(g.reshape(parameter(`${name}.weight`), [channels, kernel]), [1, 0]); // (kernel, E)
  const taps = tapSelector(sizes.patchSize, kernel, stride, kernel - stride); // padding P/4 − 1 = kernel − stride
  const spread = g.matMul(g.constant(taps, "patch_embed/taps"), weight); // (4, P, E)
  return g.reshape(g.transpose(spread, [1, 0, 2]), [sizes.patchSize, POSITIONS * channels]);
}

/** Matrix (4·E, 4·E) of a convolution of kernel 3, padding 1: `M[i·E + f, o·E + e] = w[e, f, i − o + 1]`. */
function banded({ g, sizes, parameter }: Network, name: string): Value {
  const channels = sizes.embedDim / 4;
  const weight = g.reshape(parameter(`${name}.weight`), [channels * channels, 3]); // rows (e, f)
  const taps = g.constant(tapSelector(POSITIONS, 3, 1, 1), "patch_embed/band"); // (o, i, tap)
  const spread = g.matMul(taps, g.transpose(weight, [1, 0])); // (o, i, e·f)
  const split = g.reshape(spread, [POSITIONS, POSITIONS, channels, channels]); // (o, i, e, f)
  return g.reshape(g.transpose(split, [1, 3, 0, 2]), [POSITIONS * channels, POSITIONS * channels]);
}

/** 1 where output position o reads input position i through tap j: `i = stride·o + j − padding`; shape (4, inputs, kernel). */
function tapSelector(inputs: number, kernel: number, stride: number, padding: number): Tensor {
  const data = new Float32Array(POSITIONS * inputs * kernel);
  for (let o = 0; o < POSITIONS; o++) {
    for (let j = 0; j < kernel; j++) {
      const i = stride * o + j - padding;
      if (i >= 0 && i < inputs) data[(o * inputs + i) * kernel + j] = 1;
    }
  }
  return float32(data, [POSITIONS, inputs, kernel]);
}

/**
 * GroupNorm of `y + bias` with statistics over all channels and patches of a sample (SPEC.md §3), in columns of (position, channel).
 * Group means are column means times an averaging matrix, so nothing is transposed.
 */
function groupNorm(net: Network, i: number, y: Value, bias: Value): Value {
  const { g, sizes, parameter } = net;
  const perGroup = g.constant(groupAverage(sizes.embedDim), "patch_embed/groups");
  const columns = (name: string) => tiled(net, parameter(`patch_embed.proj_in.${i}.${name}`));
  const columnBias = tiled(net, bias);
  const groupMean = (v: Value) => g.matMul(g.reduceMean(v, [1]), perGroup); // (B, 1, D)
  const mean = g.matMul(g.add(g.reduceMean(y, [1]), columnBias), perGroup);
  const centred = g.add(y, g.sub(columnBias, mean));
  const variance = groupMean(g.mul(centred, centred));
  const scale = g.div(columns("weight"), g.sqrt(g.add(variance, g.scalar(NORM_EPSILON))));
  return g.add(g.mul(centred, scale), columns("bias"));
}

/** A per-channel vector (E) repeated for the four positions: (4·E). */
function tiled({ g, sizes }: Network, vector: Value): Value {
  return g.reshape(g.concat([vector, vector, vector, vector], 0), [sizes.embedDim]);
}

/** (D, D): `y · M` replaces each column by the mean over the columns of its group. */
function groupAverage(dim: number): Tensor {
  const channels = dim / 4;
  const groupOf = (column: number) => Math.floor(((column % channels) * GROUPS) / channels);
  const data = new Float32Array(dim * dim);
  for (let a = 0; a < dim; a++) {
    for (let b = 0; b < dim; b++) if (groupOf(a) === groupOf(b)) data[a * dim + b] = GROUPS / dim;
  }
  return float32(data, [dim, dim]);
}
