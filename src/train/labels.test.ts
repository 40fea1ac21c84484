import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { UsageError } from "../errors.ts";
import { destandardize, standardize } from "../task/index.ts";
import {
  balancedWeights,
  classCounts,
  classTargets,
  effectiveWeights,
  positiveWeights,
  standardizationOf,
} from "./labels.ts";

interface Reference {
  readonly many: number[];
  readonly balanced: number[];
  readonly values: number[][];
  readonly scaler: { readonly mean: number; readonly std: number };
}

const reference: Reference = JSON.parse(readFileSync(new URL("pairs/losses.json", import.meta.url), "utf8"));

describe("class targets", () => {
  it("are one-hot rows", () => {
    expect(classTargets([2, 0], 3)).toEqual({ target: Float32Array.of(0, 0, 1, 1, 0, 0), mass: 2 });
  });

  it("keep the sum 1 when smoothed", () => {
    expect(classTargets([1], 4, { smoothing: 0.2 }).target).toEqual(Float32Array.of(0.05, 0.85, 0.05, 0.05));
  });

  it("carry the weights of the classes; the mass is that of the labels", () => {
    const { target, mass } = classTargets([1, 1, 0], 2, { weights: [3, 0.5] });
    expect([...target]).toEqual([0, 0.5, 0, 0.5, 3, 0]);
    expect(mass).toBe(4);
  });

  it.each([3, -1, 0.5, Number.NaN])("refuse %d of three classes, naming the window", (label) => {
    expect(() => classTargets([0, label], 3)).toThrow(UsageError);
    expect(() => classTargets([0, label], 3)).toThrow(/window 1: expected a whole number from 0 to 2/);
  });
});

describe("class weights", () => {
  const counts = classCounts(reference.many, 4);

  it("by inverse frequency are scikit-learn's balanced ones", () => {
    balancedWeights(counts).forEach((w, k) => void expect(w).toBeCloseTo(reference.balanced[k], 14));
  });

  it("give a class that does not occur no weight", () => {
    expect(balancedWeights([2, 0, 6])).toEqual([2, 0, 4 / 6]);
    expect(effectiveWeights([2, 0, 2], 0.9)).toEqual([1, 0, 1]);
    expect([balancedWeights([0, 0]), effectiveWeights([0, 0], 0.9)]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it("by effective number lie between none and balanced", () => {
    for (const w of effectiveWeights(counts, 0)) expect(w).toBe(1);
    const near = effectiveWeights(counts, 1 - 1e-9);
    const ratio = (w: readonly number[]) => w[3] / w[0];
    expect(ratio(near)).toBeCloseTo(ratio(balancedWeights(counts)), 4);
    const [a, b] = effectiveWeights([1, 3], 0.5); // raw 1 and 0.5 / 0.875, their mean 11/14
    expect([a, b]).toEqual([expect.closeTo(14 / 11, 14), expect.closeTo(8 / 11, 14)]);
  });

  it("count no window without a label", () => {
    expect(classCounts([0, Number.NaN, 1, 1], 2)).toEqual([1, 2]);
    expect(() => classCounts([0, 2], 2)).toThrow(/window 1/);
  });
});

it("factors on positives are negatives over positives, 1 where a side is empty", () => {
  const nan = Number.NaN;
  expect(positiveWeights([1, 0, 1, 0, 0, 1, 0, 0, 0, nan, nan, nan], 3)).toEqual([2, 1, 0.5]);
});

describe("standardization", () => {
  it("is that of scikit-learn's StandardScaler", () => {
    const { mean, std } = standardizationOf(reference.values.flat());
    expect(mean).toBeCloseTo(reference.scaler.mean, 14);
    expect(std).toBeCloseTo(reference.scaler.std, 14);
  });

  it("goes there and back, and skips windows without a value", () => {
    const units = standardizationOf([60, Number.NaN, 80]);
    expect(units).toEqual({ mean: 70, std: 10 });
    expect(standardize([60, 95], units)).toEqual(Float32Array.of(-1, 2.5));
    expect(destandardize([-1, 2.5], units)).toEqual(Float32Array.of(60, 95));
  });

  it("of equal values only moves them", () => expect(standardizationOf([5, 5])).toEqual({ mean: 5, std: 1 }));

  it("needs a value", () => expect(() => standardizationOf([Number.NaN])).toThrow(/no training window has a value/));
});
