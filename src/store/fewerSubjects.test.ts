import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { UsageError } from "../errors.ts";
import { fewerSubjects } from "./fewerSubjects.ts";

const people = (n: number) => Array.from({ length: n }, (_, i) => `s${i}`);
const shares = fc.double({ min: 0.01, max: 1, noNaN: true });

describe("fewerSubjects", () => {
  it("draws the share asked for, at least one, the same for any order of the input", () => {
    for (const [share, count] of [
      [1, 40],
      [0.25, 10],
      [0.1, 4],
      [0.001, 1],
    ]) {
      const drawn = fewerSubjects(people(40), { share, seed: 3 });
      expect(drawn).toHaveLength(count);
      expect(fewerSubjects(people(40).reverse(), { share, seed: 3 })).toEqual(drawn);
    }
    expect(fewerSubjects([], { share: 0.5, seed: 3 })).toEqual([]);
  });

  it("is these subjects for these seeds, today and later", () => {
    expect(fewerSubjects(people(12), { share: 0.25, seed: 1 })).toMatchInlineSnapshot(`
      [
        "s1",
        "s3",
        "s7",
      ]
    `);
    expect(fewerSubjects(people(12), { share: 0.25, seed: 2 })).toMatchInlineSnapshot(`
      [
        "s11",
        "s5",
        "s9",
      ]
    `);
  });

  it("has the subjects of a smaller share among those of a larger one, with groups and without", () => {
    const groups = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(groups, shares, shares, fc.nat(), fc.boolean(), (labels, one, other, seed, everyGroup) => {
        const strata = new Map(labels.map((label, i) => [`s${i}`, label]));
        const draw = (share: number) => fewerSubjects(strata.keys(), { share, seed, strata, everyGroup });
        const large = draw(Math.max(one, other));
        expect(draw(Math.min(one, other)).filter((subject) => !large.includes(subject))).toEqual([]);
      }),
    );
  });

  it("gives every group its share give or take one, and where asked at least one subject of each", () => {
    const groups = fc.array(fc.constantFrom("a", "b"), { minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(groups, shares, fc.nat(), (labels, share, seed) => {
        const strata = new Map(labels.map((label, i) => [`s${i}`, label]));
        const drawn = fewerSubjects(strata.keys(), { share, seed, strata });
        const each = fewerSubjects(strata.keys(), { share, seed, strata, everyGroup: true });
        for (const label of new Set(labels)) {
          const of = (list: readonly string[]) => list.filter((subject) => strata.get(subject) === label).length;
          expect(Math.abs(of(drawn) - share * of([...strata.keys()]))).toBeLessThanOrEqual(1);
          expect(of(each)).toBeGreaterThanOrEqual(1);
        }
        expect(each).toHaveLength(Math.max(drawn.length, new Set(labels).size));
      }),
    );
  });

  it("draws every subject equally often", () => {
    const times = new Map(people(20).map((name) => [name, 0]));
    for (let seed = 0; seed < 2000; seed++) {
      for (const name of fewerSubjects(people(20), { share: 0.25, seed })) times.set(name, times.get(name)! + 1);
    }
    for (const count of times.values()) expect(Math.abs(count - 500)).toBeLessThan(5 * Math.sqrt(2000 * 0.25 * 0.75)); // 5 σ
  });

  it.each([0, -0.1, 1.01, Number.NaN])("refuses a share of %d", (share) => {
    expect(() => fewerSubjects(people(3), { share, seed: 0 })).toThrow(UsageError);
  });
});
