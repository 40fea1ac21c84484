import { describe, expect, it } from "vitest";
import { expectClose } from "../../test/close.ts";
import { randomStream } from "../model/index.ts";
import { bootstrap, drawsOf, pairedDifference } from "./bootstrap.ts";
import { METRICS } from "./metrics/index.ts";
import { predictionsOf, reference, taskOf } from "./pairs/reference.ts";
import type { Predictions } from "./predictions.ts";

interface Case {
  readonly seed: number;
  readonly draws: number;
  readonly subject: number[];
  readonly target: number[];
  readonly outputs: [number[][], number[][]];
  readonly firstDraws: number[][];
  readonly intervals: Record<string, [number, number]>;
  readonly differences: Record<string, [number, number]>;
}

const cases = reference<Case[]>("bootstrap.json");
const BINARY = taskOf("binary", 2);
const metricsNamed = (names: readonly string[]) => METRICS.binary.filter(({ name }) => names.includes(name));

describe.each(cases)("seed $seed, $draws draws, as numpy and scikit-learn have it", (each) => {
  const [a, b] = each.outputs.map((output) => predictionsOf(BINARY, each.target, output, each.subject));
  const options = { seed: each.seed, draws: each.draws };

  it("draws the same subjects", () => {
    const counts = each.firstDraws.map((picks) => a.subjects.map((_, s) => picks.filter((pick) => pick === s).length));
    const got = [...drawsOf(9, { ...options, draws: 3 })].length;
    expect(got).toBe(3);
    let draw = 0;
    for (const weights of drawsOf(9, { ...options, draws: 3 })) expect([...weights]).toEqual(counts[draw++]);
  });

  it("gives the same intervals to 1e-12", () => {
    const estimates = bootstrap(a, metricsNamed(Object.keys(each.intervals)), options);
    expect(estimates.size).toBe(5);
    for (const [name, want] of Object.entries(each.intervals)) {
      const { low, high } = estimates.get(name)!;
      expectClose([low!, high!], want, 1e-12);
    }
  });

  it("gives the same paired differences to 1e-12", () => {
    const estimates = pairedDifference(a, b, metricsNamed(Object.keys(each.differences)), options);
    for (const [name, want] of Object.entries(each.differences)) {
      const { low, high } = estimates.get(name)!;
      expectClose([low!, high!], want, 1e-12);
    }
  });
});

describe("intervals", () => {
  it("hold the true accuracy in about 95 of 100 studies of 30 correlated subjects", () => {
    const held = Array.from({ length: 300 }, (_, study) => {
      const { low, high } = bootstrap(studyOf(study), metricsNamed(["accuracy"]), { draws: 400 }).get("accuracy")!;
      return low! <= 0.7 && 0.7 <= high!;
    }).filter(Boolean).length;
    expect(held / 300).toBeGreaterThan(0.89); // percentile intervals of 30 subjects hold a little less than they say
    expect(held / 300).toBeLessThan(0.985);
  });

  it("do not depend on the order of the windows", () => {
    const study = studyOf(1);
    const rows = Array.from({ length: study.count }, (_, i) => study.count - 1 - i);
    const turned = predictionsOf(
      BINARY,
      rows.map((row) => study.target[row]),
      rows.map((row) => [...study.output.subarray(2 * row, 2 * row + 2)]),
      rows.map((row) => study.subject[row]),
    );
    const [one, other] = [study, turned].map((p) => bootstrap(p, metricsNamed(["auroc", "f1"]), { draws: 50 }));
    expect(other).toEqual(one);
  });

  it("are absent for one subject, with the reason", () => {
    const lone = predictionsOf(
      BINARY,
      [0, 1],
      [
        [0.7, 0.3],
        [0.2, 0.8],
      ],
      [0, 0],
    );
    const estimate = bootstrap(lone, metricsNamed(["accuracy"])).get("accuracy");
    expect(estimate).toEqual({ value: 1, low: null, high: null, reason: "an interval needs two subjects" });
  });

  it("count the draws without a value and leave them out", () => {
    const rare = predictionsOf(
      BINARY,
      [0, 0, 1],
      [
        [0.7, 0.3],
        [0.9, 0.1],
        [0.2, 0.8],
      ],
      [0, 1, 2],
    );
    const { value, undefinedDraws, low } = bootstrap(rare, metricsNamed(["auroc"]), { draws: 500 }).get("auroc")!;
    expect(value).toBe(1);
    expect(low).toBe(1);
    expect(undefinedDraws! / 500).toBeCloseTo(9 / 27, 1); // draws without subject 2: (2/3)³, with it alone: 1/27
  });

  it("refuse to pair different subjects", () => {
    const [one, other] = [0, 1].map((first) =>
      predictionsOf(
        BINARY,
        [0, 1],
        [
          [0.7, 0.3],
          [0.2, 0.8],
        ],
        [first, first + 1],
      ),
    );
    expect(() => pairedDifference(one, other, METRICS.binary)).toThrow(
      /different subjects: expected each subject in both, got 2/,
    );
  });
});

/** 30 subjects, 20 windows each; a subject's share of right windows is 0.5, 0.7 or 0.9 at random: 0.7 on average. */
function studyOf(study: number): Predictions {
  const random = randomStream(study, "coverage").uniform(0, 30 + 30 * 20);
  const subject = Array.from({ length: 600 }, (_, i) => Math.floor(i / 20));
  const right = subject.map((s, i) => random[30 + i] < 0.5 + 0.2 * Math.floor(3 * random[s]));
  const target = subject.map((_, i) => i % 2);
  const output = target.map((truth, i) => ((truth === 1) === right[i] ? [0.3, 0.7] : [0.7, 0.3]));
  return predictionsOf(BINARY, target, output, subject);
}
