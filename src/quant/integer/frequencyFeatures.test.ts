import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  anyMultiplier,
  bigClip8,
  bigRequant,
  bigRoot,
  bigSum,
  someInt16,
} from "../../../test/integerOps/bigIntegers.ts";
import { ATAN_TABLE, frequencyFeatures, type Twiddles, twiddles } from "./frequencyFeatures.ts";
import { multiplierOf } from "./multiplier.ts";
import type { Multiplier } from "./requantize.ts";

/** One multiplier for all frequencies of patches of p samples. */
const everywhere = (p: number, value: number): Multiplier[] => new Array(p / 2 + 1).fill(multiplierOf(value));

const size = (v: bigint): bigint => (v < 0n ? -v : v);

/** The phase of the page, −127 … 127. */
function bigPhase(re: bigint, im: bigint): number {
  const [a, b] = [size(re), size(im)];
  if (a === 0n && b === 0n) return 0;
  const [less, more] = a < b ? [a, b] : [b, a];
  const q = Number((512n * less + more) / (2n * more));
  const eighth = BigInt(Math.round((Math.atan(q / 256) * 32768) / Math.PI));
  let phi = b <= a ? eighth : 16384n - eighth;
  if (re < 0n) phi = 32768n - phi;
  if (im < 0n) phi = -phi;
  return Number((127n * phi + (1n << 14n)) >> 15n);
}

function bigFeatures(x: readonly number[], { cos, sin }: Twiddles, magnitudes: readonly Multiplier[]): number[] {
  const p = x.length;
  const bins = Array.from({ length: p / 2 + 1 }, (_, k) =>
    [cos, sin].map((wave) => (bigSum(x.map((v, t) => BigInt(v) * BigInt(wave[k * p + t]))) + (1n << 11n)) >> 12n),
  );
  return [
    ...bins.map(([re, im], k) => Number(bigClip8(bigRequant(bigRoot(re * re + im * im), magnitudes[k])))),
    ...bins.map(([re, im]) => bigPhase(re, im)),
  ];
}

describe("frequencyFeatures", () => {
  it("equals the page on big integers, for patches of several lengths", () => {
    const cases = fc.constantFrom(2, 4, 8, 20, 32).chain((p) =>
      fc.record({
        patches: fc.array(
          fc.oneof(someInt16(p), fc.array(fc.integer({ min: -2, max: 2 }), { minLength: p, maxLength: p })),
          { minLength: 1, maxLength: 3 },
        ),
        magnitudes: fc.array(fc.oneof(anyMultiplier, fc.constant(multiplierOf(1e-3))), {
          minLength: p / 2 + 1,
          maxLength: p / 2 + 1,
        }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ patches, magnitudes }) => {
        const p = patches[0].length;
        const x = Int16Array.from(patches.flatMap((patch) => [...patch]));
        const y = frequencyFeatures(x, { patches: patches.length, size: p }, twiddles(p), magnitudes);
        expect([...y]).toEqual(patches.flatMap((patch) => bigFeatures([...patch], twiddles(p), magnitudes)));
      }),
      { numRuns: 500 },
    );
  });

  it("equals it with ±32767 everywhere, where squares of coefficients leave 2⁵³", () => {
    const p = 1024; // |re| reaches 2¹⁷ · p
    const waves = [
      () => 1,
      (t: number) => (t % 2 ? 1 : -1),
      (t: number) => Math.sign(Math.cos((10 * Math.PI * t) / p + 1)),
    ];
    for (const wave of waves) {
      const x = Array.from({ length: p }, (_, t) => 32767 * wave(t));
      const magnitudes = everywhere(p, 100 / 2 ** 27);
      const y = frequencyFeatures(Int16Array.from(x), { patches: 1, size: p }, twiddles(p), magnitudes);
      expect([...y]).toEqual(bigFeatures(x, twiddles(p), magnitudes));
    }
  });

  it("gives empty bins magnitude and phase 0", () => {
    const y = frequencyFeatures(new Int16Array(64), { patches: 2, size: 32 }, twiddles(32), everywhere(32, 1));
    expect(y).toEqual(new Int8Array(68));
  });

  it("gives a wave at a bin its phase all around the circle, in steps of π / 127", () => {
    for (let step = -127; step <= 127; step++) {
      const angle = (Math.PI * step) / 127;
      const x = Int16Array.from({ length: 32 }, (_, t) =>
        Math.round(20_000 * Math.cos((2 * Math.PI * 3 * t) / 32 + angle)),
      );
      const y = frequencyFeatures(x, { patches: 1, size: 32 }, twiddles(32), everywhere(32, 1e-4));
      expect(Math.abs(Math.abs(y[17 + 3]) - Math.abs(step))).toBe(0);
      if (Math.abs(step) < 127) expect(y[17 + 3]).toBe(step);
      expect(y[3]).toBe(127); // 16 · 20,000 · 4 · 10⁻⁴ = 128
    }
  });
});

it("the arctangents cover an eighth of a circle", () => {
  expect([ATAN_TABLE.length, ATAN_TABLE[0], ATAN_TABLE[256]]).toEqual([257, 0, 8192]);
});
