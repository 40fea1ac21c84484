import { float32, type Tensor, type Value } from "../graph/index.ts";
import { mlp } from "./linear.ts";
import type { Network } from "./network.ts";
import { numFrequencies } from "./sizes.ts";

/**
 * Frequency embedding (SPEC.md §3): magnitudes and phases of the patch's rfft through an MLP.
 * @param x patches (B, S, C, P)
 * @returns (B, S, C, D)
 */
export function frequencyEmbed(net: Network, x: Value): Value {
  return mlp(net, "freq_embed.frequency_to_embed", frequencyFeatures(net, x), false);
}

/** `[|X₀| … |X_{P/2}|, ∠X₀ … ∠X_{P/2}]`, (B, S, C, P + 2). */
function frequencyFeatures({ g, sizes }: Network, x: Value): Value {
  const n = numFrequencies(sizes);
  const re = g.matMul(x, g.constant(dft(sizes.patchSize, n, Math.cos), "dft/cos"));
  const im = g.matMul(
    x,
    g.constant(
      dft(sizes.patchSize, n, (angle) => -Math.sin(angle)),
      "dft/sin",
    ),
  );
  const magnitude = g.sqrt(g.add(g.mul(re, re), g.mul(im, im)));
  // atan2 by the half angle: tan(φ/2) = im / (|X| + |re|) for the side re ≥ 0, mirrored at ±π for the other; 0 for an empty bin
  const half = g.atan(g.div(im, g.add(g.add(magnitude, g.abs(re)), g.scalar(1e-30))));
  const right = g.add(half, half);
  const zero = g.scalar(0);
  const turn = g.where(g.less(im, zero), g.scalar(-Math.PI), g.scalar(Math.PI)); // im = ±0 counts as +0
  const phase = g.where(g.less(re, zero), g.sub(turn, right), right);
  return g.concat([magnitude, phase], -1);
}

/** Real part of the DFT as a (P, P/2 + 1) matrix; the sine columns of DC and Nyquist are exactly 0. */
function dft(patchSize: number, frequencies: number, wave: (angle: number) => number): Tensor {
  const data = new Float32Array(patchSize * frequencies);
  for (let t = 0; t < patchSize; t++) {
    for (let k = 0; k < frequencies; k++) {
      const turns = (t * k) % patchSize;
      const exact = (4 * turns) % patchSize === 0 ? Math.round(wave((2 * Math.PI * turns) / patchSize)) : undefined;
      data[t * frequencies + k] = exact ?? wave((2 * Math.PI * turns) / patchSize);
    }
  }
  return float32(data, [patchSize, frequencies]);
}
