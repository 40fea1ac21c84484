import { describe, expect, it } from "vitest";
import { ablate } from "./ablation.ts";
import { pairedDifference } from "./bootstrap.ts";
import { compare } from "./comparison.ts";
import { HEADLINES } from "./metrics/index.ts";
import { predictionsOf, taskOf } from "./pairs/reference.ts";
import { poolPredictions } from "./pool.ts";
import { type Predictions, rowsOfPredictions, windowOf } from "./predictions.ts";
import { reportHtml } from "./report/report.ts";
import { averageOutputs, scoreSeeds } from "./seeds.ts";
import { summarize } from "./summary.ts";

const BINARY = taskOf("binary", 2);
const subjects = Array.from({ length: 24 }, (_, i) => Math.floor(i / 3));
const truth = subjects.map((s) => s % 2);
const said = (wrongEvery: number): Predictions =>
  predictionsOf(
    BINARY,
    truth,
    truth.map((t, i) => ((t === 1) === (i % wrongEvery !== 0) ? [0.2, 0.8] : [0.7, 0.3])),
    subjects,
  );
const [good, bad] = [said(7), said(2)];

describe("compare", () => {
  const comparison = compare(
    [
      { name: "model", predictions: good },
      { name: "linear", about: "a line", predictions: bad },
    ],
    { draws: 50, seed: 3 },
  );

  it("gives each its metrics, and the model minus each other, per window and per subject", () => {
    const [model, linear] = comparison.window;
    expect(model.metrics["accuracy"].value).toBeCloseTo(20 / 24, 12);
    expect(linear.metrics["accuracy"].value).toBeCloseTo(12 / 24, 12);
    expect("difference" in model).toBe(false);
    const expected = pairedDifference(good, bad, HEADLINES.binary, { draws: 50, seed: 3 });
    expect(linear.difference).toMatchObject(Object.fromEntries(expected));
    expect(linear.difference?.["accuracy"]).toMatchObject({ value: expect.closeTo(8 / 24, 12) });
    expect(comparison.subject?.map(({ name }) => name)).toEqual(["model", "linear"]);
    expect(comparison.subject?.[0].metrics["accuracy"].value).toBe(1);
    expect(JSON.parse(JSON.stringify(comparison))).toEqual(comparison);
  });

  it("has no subjects where their windows are of several classes, and refuses other windows", () => {
    const mixed = predictionsOf(
      BINARY,
      [0, 1, 0, 1],
      [
        [1, 0],
        [0, 1],
        [1, 0],
        [1, 0],
      ],
      [0, 0, 1, 1],
    );
    expect(compare([{ name: "model", predictions: mixed }], { draws: 5 }).subject).toBe(undefined);
    const part = rowsOfPredictions(good, [0, 1, 2]);
    const run = () =>
      compare([
        { name: "model", predictions: good },
        { name: "half", predictions: part },
      ]);
    expect(run).toThrow("half: is not of the same windows as model");
    expect(run).toThrow("3 windows: 21 missing, 0 others");
  });

  it("stands in a report", async () => {
    const page = await reportHtml({
      title: "t",
      predictions: good,
      summary: summarize(good, { draws: 9 }),
      comparison,
    });
    for (const text of ["Beside other ways", "linear: a line.", "the model minus the other", "Per subject"]) {
      expect(page).toContain(text);
    }
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });
});

describe("seeds", () => {
  const seeded = [
    { seed: 4, predictions: good },
    { seed: 9, predictions: bad },
  ];

  it("are scored one by one, and their scores averaged", () => {
    const { seeds, mean } = scoreSeeds(seeded, { draws: 60 });
    expect(seeds.map(({ seed, metrics }) => [seed, metrics["accuracy"].value])).toEqual([
      [4, expect.closeTo(20 / 24, 12)],
      [9, expect.closeTo(12 / 24, 12)],
    ]);
    expect(mean["accuracy"].value).toBeCloseTo(16 / 24, 12);
    const [low, high] = seeds.map(({ metrics }) => metrics["accuracy"].low!).sort();
    expect(mean["accuracy"].low).toBeGreaterThan(low);
    expect(mean["accuracy"].low).toBeLessThan(high);
    const same = scoreSeeds([seeded[0], { seed: 5, predictions: good }], { draws: 60 });
    for (const [name, estimate] of Object.entries(same.mean)) {
      const own = same.seeds[0].metrics[name];
      if (own.value === null) continue;
      expect(estimate.value).toBeCloseTo(own.value, 12);
      expect(estimate.low).toBeCloseTo(own.low!, 12);
    }
  });

  it("are an ensemble by the mean of their outputs, in whatever order they come", () => {
    const turned = rowsOfPredictions(
      bad,
      Array.from({ length: 24 }, (_, i) => 23 - i),
    );
    const mean = averageOutputs([seeded[0], { seed: 9, predictions: turned }]);
    for (const row of [0, 5, 23]) {
      const [a, b] = [good, bad].map((each) => windowOf(each, row).output[1]);
      expect(windowOf(mean, row).output[1]).toBeCloseTo((a + b) / 2, 12);
      expect(windowOf(mean, row).onset).toBe(5 * row);
    }
  });

  it("are compared by the mean of their scores, not by the score of their ensemble", () => {
    const bySeed = [good, bad];
    const predictions = averageOutputs(seeded);
    const options = { draws: 40 };
    const { window, subject } = compare(
      [
        { name: "m", predictions, bySeed },
        { name: "b", predictions: bad },
      ],
      options,
    );
    expect(window[0].metrics).toEqual(scoreSeeds(seeded, options).mean);
    expect(window[1].difference?.["accuracy"].value).toBeCloseTo(16 / 24 - 12 / 24, 12);
    const half = compare(
      [
        { name: "m", predictions: good },
        { name: "b", predictions: bad },
      ],
      options,
    ).window[1].difference!;
    expect(window[1].difference?.["accuracy"].low).toBeCloseTo(half["accuracy"].low! / 2, 12);
    expect(subject?.[0].metrics["accuracy"].value).toBeLessThan(1);
    const rows = ablate(
      [
        { sensors: ["eeg", "ecg"], predictions, bySeed },
        { sensors: ["eeg"], predictions: bad },
      ],
      options,
    );
    expect(rows.rows[0].metrics).toEqual(window[0].metrics);
    expect(rows.rows[1].difference?.["accuracy"].value).toBeCloseTo(-4 / 24, 12);
  });

  it("must be several and of the same windows", () => {
    expect(() => averageOutputs(seeded.slice(1))).toThrow("a mean over seeds needs several");
    expect(() => scoreSeeds([seeded[0], seeded[0]])).toThrow("each once, got 4, 4");
    const part = { seed: 9, predictions: rowsOfPredictions(bad, [0]) };
    expect(() => averageOutputs([seeded[0], part])).toThrow("seed 9: is not of the same windows as seed 4");
  });
});

describe("poolPredictions", () => {
  const fold = (rows: readonly number[], name: string) => ({ name, predictions: rowsOfPredictions(good, rows) });

  it("puts the folds of a cross-validation together", () => {
    const pooled = poolPredictions([fold([0, 1, 2, 9, 10, 11], "f0"), fold([3, 4, 5], "f1")]);
    expect(pooled.subjects).toEqual(["s000", "s001", "s003"]);
    const rows = [0, 1, 2, 9, 10, 11, 3, 4, 5];
    rows.forEach((row, i) => void expect(windowOf(pooled, i)).toEqual(windowOf(good, row)));
  });

  it("refuses windows that come twice, other tasks, and nothing", () => {
    expect(() => poolPredictions([fold([0, 1], "f0"), fold([1], "f1")])).toThrow(
      /^r0 of s000: was predicted by f0 and by f1 at 5 s: expected each window once/,
    );
    expect(() => poolPredictions([fold([1, 1], "f0")])).toThrow("comes twice in f0");
    const other = { name: "f1", predictions: { ...good, task: taskOf("multiclass", 3) } };
    expect(() => poolPredictions([fold([0], "f0"), other])).toThrow("f1: is of another task than f0");
    expect(() => poolPredictions([])).toThrow("there are none to put together");
  });
});
