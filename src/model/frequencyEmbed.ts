import { float32, type Tensor, type Value } from "../graph/index.ts";
import { mlp } from "./linear.ts";
import type { Network } from "./network.ts";
import { numFrequencies } from "./sizes.ts";

/**
 * Frequency embedding (SPEC.md §3): magnitudes and phases of the patch's rfft through an MLP.
 * @param x patches (rows, P)
 * @returns (rows, D)
 */
export function frequencyEmbed(net: Network, x: Value): Value {
  return mlp(net, "freq_embed.frequency_to_embed", frequencyFeatures(net, x), false);
}

/** `[|X₀| … |X_{P/2}|, ∠X₀ … ∠X_{P/2}]`, (rows, P + 2). */
function frequencyFeatures({ g, sizes }: Network, x: Value): Value {
  const { fold, cos, sin } = foldedDft(sizes.patchSize, numFrequencies(sizes));
  const folded = g.matMul(x, g.constant(fold, "dft/fold"));
  const re = g.matMul(folded, g.constant(cos, "dft/cos"));
  const im = g.matMul(folded, g.constant(sin, "dft/sin"));
  const magnitude = g.sqrt(g.add(g.mul(re, re), g.mul(im, im)));
  // atan2 by the half angle: tan(φ/2) = im / (|X| + |re|) for the side re ≥ 0, mirrored at ±π for the other; 0 for an empty bin
  const half = g.atan(g.div(im, g.add(g.add(magnitude, g.abs(re)), g.scalar(1e-30))));
  const right = g.add(half, half);
  const zero = g.scalar(0);
  const turn = g.where(g.less(im, zero), g.scalar(-Math.PI), g.scalar(Math.PI)); // im = ±0 counts as +0
  const phase = g.where(g.less(re, zero), g.sub(turn, right), right);
  return g.region("FrequencyFeatures", [x], g.concat([magnitude, phase], -1));
}

/**
 * The DFT of a real patch in two matrix products. `fold` (P, P) holds 0 and ±1: it adds the up to four samples that share a cosine or
 * sine up to sign (t, P − t, P/2 − t, P/2 + t), separately for even and odd frequencies. Sums then have P/4 terms instead of P, which
 * keeps the phase of weak bins: five times closer to float64 than the plain product. Sines of DC and Nyquist are exactly 0.
 */
function foldedDft(p: number, frequencies: number): { fold: Tensor; cos: Tensor; sin: Tensor } {
  const folds = [Math.cos, negativeSine].flatMap((wave) =>
    [0, 1].flatMap((parity) =>
      Array.from({ length: p / 4 + 1 }, (_, t) => ({
        wave,
        parity,
        t,
        signs: orbitSigns(p, t, wave === Math.cos, parity),
      })),
    ),
  );
  const kept = folds.filter(({ signs }) => signs.some((sign) => sign !== 0));
  const fold = Float32Array.from({ length: p * p }, (_, i) => kept[i % p].signs[Math.floor(i / p)]);
  const matrix = (wave: (angle: number) => number) =>
    float32(
      Float32Array.from({ length: p * frequencies }, (_, i) => {
        const [row, k] = [kept[Math.floor(i / frequencies)], i % frequencies];
        return row.wave === wave && row.parity === k % 2 ? exactWave(wave, (row.t * k) % p, p) : 0;
      }),
      [p, frequencies],
    );
  return { fold: float32(fold, [p, p]), cos: matrix(Math.cos), sin: matrix(negativeSine) };
}

/** A wave at `turns / p` of a circle; quarters of it are exactly 0 and ±1, so that Nyquist keeps no imaginary part. */
function exactWave(wave: (angle: number) => number, turns: number, p: number): number {
  const value = wave((2 * Math.PI * turns) / p);
  return (4 * turns) % p === 0 ? Math.round(value) : value;
}

const negativeSine = (angle: number): number => -Math.sin(angle);

/** Sign with which each sample enters the sum that stands for sample t; all 0 where the signs contradict (the wave is 0 there). */
function orbitSigns(p: number, t: number, even: boolean, parity: number): Float64Array {
  const mirror = even ? 1 : -1;
  const half = parity === 0 ? 1 : -1; // (−1)^k
  const signs = new Float64Array(p);
  const orbit = [
    [t, 1],
    [(p - t) % p, mirror],
    [p / 2 - t, mirror * half],
    [(p / 2 + t) % p, half],
  ];
  for (const [s, sign] of orbit) {
    if (signs[s] === -sign) return new Float64Array(p);
    signs[s] = sign;
  }
  return signs;
}
