import { float32, type Tensor, type Value } from "../graph/index.ts";
import { doubledGelu, GELU_FACTOR } from "./doubledGelu.ts";
import { groupNorm, POSITIONS } from "./groupNorm.ts";
import type { Network } from "./network.ts";

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
  const matrices = [
    strided(net, "patch_embed.proj_in.0", kernel, stride),
    banded(net, "patch_embed.proj_in.3"),
    banded(net, "patch_embed.proj_in.6"),
  ];
  if (net.training !== undefined) return trainedStages(net, x, matrices);
  return matrices.reduce((input, matrix, i) => {
    const product = g.scope(`patch_embed.proj_in.${3 * i}`, () => g.matMul(input, matrix));
    return g.gelu(groupNorm(net, 3 * i, product));
  }, x);
}

/** The stages with the GELU of `doubledGelu`, whose factors the norms around it take. */
function trainedStages(net: Network, x: Value, matrices: readonly Value[]): Value {
  const { g } = net;
  const doubled = matrices.reduce((input, matrix, i) => {
    const factors = { from: i === 0 ? 1 : GELU_FACTOR, to: GELU_FACTOR };
    return doubledGelu(g, groupNorm(net, 3 * i, g.matMul(input, matrix), factors));
  }, x);
  return g.mul(doubled, g.scalar(GELU_FACTOR));
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
