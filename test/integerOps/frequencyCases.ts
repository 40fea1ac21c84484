import { randomStream } from "../../src/model/random.ts";
import { frequencyFeatures, multiplierOf, twiddles } from "../../src/quant/integer/index.ts";
import { largestOf, type OpCase, ROUNDING, sumOf } from "./opCase.ts";

const [PATCHES, SIZE] = [300, 32];
const FREQUENCIES = SIZE / 2 + 1;
const STEP_OF_PHASE = Math.PI / 127;

/** A coefficient in quarters of a step of x. */
interface Bin {
  readonly k: number;
  readonly re: number;
  readonly im: number;
  readonly size: number;
  /** By how much either part can be off, and the variance of that: half of 2⁻¹⁴ per twiddle, ½ for the sum. */
  readonly bound: number;
  readonly variance: number;
}

/** A slow signal with little at its upper end, 1024 steps for a deviation. */
function slowSignal(): Int16Array {
  let level = 0;
  return Int16Array.from(randomStream(5, "frequency").normal(0, PATCHES * SIZE), (noise) => {
    level = 0.95 * level + noise;
    return Math.round(1024 * Math.sqrt(1 - 0.95 ** 2) * level);
  });
}

function binsOf(x: Int16Array): Bin[] {
  return Array.from({ length: PATCHES * FREQUENCIES }, (_, i) => {
    const [patch, k] = [Math.floor(i / FREQUENCIES), i % FREQUENCIES];
    const value = (t: number) => x[patch * SIZE + t];
    const part = (wave: (angle: number) => number) =>
      4 * sumOf(SIZE, (t) => value(t) * wave((2 * Math.PI * k * t) / SIZE));
    const [re, im] = [part(Math.cos), k % (SIZE / 2) === 0 ? 0 : -part(Math.sin)];
    return {
      k,
      re,
      im,
      size: Math.hypot(re, im),
      bound: 0.5 + 2 ** -13 * sumOf(SIZE, (t) => Math.abs(value(t))),
      variance: ROUNDING * (1 + 2 ** -24 * sumOf(SIZE, (t) => value(t) ** 2)),
    };
  });
}

/** A root is cut off below, another quarter of a step of x. The largest value of every frequency fills the output. */
function magnitudeCase(bins: readonly Bin[], features: (magnitudes: readonly number[]) => Int8Array): OpCase {
  const factors = Array.from(
    { length: FREQUENCIES },
    (_, k) => 120 / largestOf(bins.filter((bin) => bin.k === k).map(({ size }) => size)),
  );
  return {
    op: "magnitudes",
    drawn: "slow signal of deviation 1024, patches of 32, a scale per frequency",
    got: columns(features(factors), 0),
    exact: bins.map(({ size, k }) => size * factors[k]),
    limit: 127,
    bound: (i) => 0.5 + factors[bins[i].k] * (1 + Math.SQRT2 * bins[i].bound),
    variance: (i) => ROUNDING + factors[bins[i].k] ** 2 * (1 / 3 + bins[i].variance),
  };
}

/**
 * A quotient is rounded to 1/256, an angle of ½ of that at most, cos² of it elsewhere; half of π / 32768 by the table; and what the coefficient is
 * off turns it by `asin(|δ| / |X|)`. Frequency 0 and the highest are real: their phase, 0 or ±π, is exact.
 */
function phaseCase(bins: readonly Bin[], features: Int8Array): OpCase {
  const exact = bins.map(({ re, im }) => Math.atan2(im, re) / STEP_OF_PHASE);
  const real = (i: number) => bins[i].k % (SIZE / 2) === 0;
  return {
    op: "phases",
    drawn: "the same",
    got: columns(features, FREQUENCIES),
    exact,
    limit: 127,
    circle: 254,
    bound: (i) => {
      const turn = Math.asin(Math.min(1, (Math.SQRT2 * bins[i].bound) / bins[i].size));
      return real(i) ? 0 : 0.5 + (turn + 1 / 512 + Math.PI / 65536) / STEP_OF_PHASE;
    },
    variance: (i) => {
      const { re, im, size, variance } = bins[i];
      const cosine = Math.max(Math.abs(re), Math.abs(im)) / size;
      return real(i)
        ? 0
        : ROUNDING * (1 + (cosine ** 2 / 256 / STEP_OF_PHASE) ** 2) + variance / (size * STEP_OF_PHASE) ** 2;
    },
  };
}

/** The features from column `from` on, as many as there are frequencies. */
const columns = (features: Int8Array, from: number): number[] =>
  Array.from(
    { length: PATCHES * FREQUENCIES },
    (_, i) => features[Math.floor(i / FREQUENCIES) * 2 * FREQUENCIES + from + (i % FREQUENCIES)],
  );

export function frequencyCases(): OpCase[] {
  const x = slowSignal();
  const bins = binsOf(x);
  const features = (magnitudes: readonly number[]) =>
    frequencyFeatures(x, { patches: PATCHES, size: SIZE }, twiddles(SIZE), magnitudes.map(multiplierOf));
  return [magnitudeCase(bins, features), phaseCase(bins, features(new Array(FREQUENCIES).fill(1e-3)))];
}
