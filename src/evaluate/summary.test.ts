import { describe, expect, it } from "vitest";
import type { Sensor } from "../signal/index.ts";
import { ablate } from "./ablation.ts";
import { METRICS } from "./metrics/index.ts";
import { predictionsOf, taskOf } from "./pairs/reference.ts";
import { perSubject } from "./perSubject.ts";
import { collectPredictions, type PredictedWindow, type Predictions } from "./predictions.ts";
import { summarize } from "./summary.ts";

const BINARY = taskOf("binary", 2);
const one = [0.2, 0.8];
const zero = [0.8, 0.2];

describe("summarize", () => {
  const predictions = predictionsOf(
    BINARY,
    [1, 1, 0, 0, 1, 0],
    [one, zero, one, zero, one, zero],
    [0, 0, 1, 1, 2, 3],
    [0, 1, 2, 2, 3, 4],
  );
  const summary = summarize(predictions, { draws: 40 });

  it("is plain JSON with every metric of the task at each level", () => {
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    for (const level of [summary.levels.window, summary.levels.recording, summary.levels.subject]) {
      expect(Object.keys("metrics" in level ? level.metrics : {})).toEqual(METRICS.binary.map(({ name }) => name));
    }
  });

  it("counts windows, recordings and subjects, and what was taken for what", () => {
    expect([summary.windows, summary.recordings, summary.subjects]).toEqual([6, 5, 4]);
    expect(summary.levels.window).toMatchObject({
      count: 6,
      confusion: [
        [2, 1],
        [1, 2],
      ],
    });
    expect(summary.levels.subject).toMatchObject({
      count: 4,
      confusion: [
        [2, 0],
        [1, 1],
      ],
    }); // means of 0.5 are decided for the first class
  });

  it("shows each subject", () => {
    expect(summary.perSubject).toEqual([
      { subject: "s000", windows: 2, value: 0.5, target: "c1" },
      { subject: "s001", windows: 2, value: 0.5, target: "c0" },
      { subject: "s002", windows: 1, value: 1, target: "c1" },
      { subject: "s003", windows: 1, value: 1, target: "c0" },
    ]);
  });

  it("says why a level has no rows of its own", () => {
    const { levels } = summarize(
      predictionsOf(BINARY, [0, 1, 0, 1], [one, one, one, one], [0, 0, 1, 1], [0, 1, 2, 3]),
      {
        draws: 5,
      },
    );
    expect(levels.subject).toEqual({ undefined: "windows of one subject are of several classes" });
    const single = summarize(predictionsOf(BINARY, [0, 1], [one, one], [0, 1]), { draws: 5 });
    expect(single.levels.recording).toEqual({ undefined: "every recording is one window" });
    const alone = summarize(predictionsOf(BINARY, [0, 0], [one, one], [0, 0]), { draws: 5 });
    expect(alone.levels.subject).toEqual({ undefined: "every subject has one recording" });
  });

  it.each(["binary", "multiclass", "multilabel", "regression"] as const)("does not fail on no windows (%s)", (kind) => {
    const empty = predictionsOf(taskOf(kind, kind === "regression" ? 0 : 2), [], [], []);
    expect(summarize(empty).windows).toBe(0);
  });
});

describe("perSubject", () => {
  it("is the share of right labels, or the mean absolute error", () => {
    const labels = predictionsOf(
      taskOf("multilabel", 2),
      [
        [1, 0],
        [1, 1],
      ],
      [
        [0.9, 0.9],
        [0.6, 0.7],
      ],
      [0, 0],
    );
    expect(perSubject(labels)).toEqual([{ subject: "s000", windows: 2, value: 0.75 }]);
    const rates = predictionsOf(taskOf("regression", 0), [60, 70], [63, 69], [0, 0]);
    expect(perSubject(rates)).toEqual([{ subject: "s000", windows: 2, value: 2 }]);
  });
});

describe("ablate", () => {
  const rows = (outputs: readonly number[][], changes: Partial<PredictedWindow> = {}): Predictions =>
    collectPredictions(
      BINARY,
      outputs.map((output, i) => ({
        subject: `s${i}`,
        recording: "r",
        onset: 0,
        layout: "any",
        target: i % 2,
        output,
        ...(i === 1 ? changes : {}),
      })),
    );
  const both: [Sensor[], Predictions] = [["eeg", "ecg"], rows([zero, one, zero, one])];
  const subset = ([sensors, predictions]: [Sensor[], Predictions]) => ({ sensors, predictions });
  const ecg = rows([one, one, zero, one]);

  it("puts all sensors first and every other subset against them", () => {
    const { rows: table } = ablate([subset([["ecg"], ecg]), subset(both)], { draws: 200 });
    expect(table.map(({ sensors }) => sensors.join("+"))).toEqual(["eeg+ecg", "ecg"]);
    expect(table[0].difference).toBeUndefined();
    expect(table[1].metrics["accuracy"].value).toBe(0.75);
    expect(table[1].difference!["accuracy"]).toMatchObject({ value: -0.25, high: 0 });
  });

  it("refuses other windows, other truths, subsets that come twice, and a table without all sensors", () => {
    const against = (predictions: Predictions) => () => ablate([subset(both), subset([["ecg"], predictions])]);
    expect(against(rows([one, one, one]))).toThrow("3 windows: 1 missing, 0 others, 0 with another target");
    expect(against(rows([one, one, one, one], { onset: 5 }))).toThrow("1 missing, 1 others");
    expect(against(rows([one, one, one, one], { target: 0 }))).toThrow("1 with another target");
    expect(() => ablate([subset(both), subset([["ecg", "eeg"], ecg])])).toThrow("a subset of sensors comes twice");
    expect(() => ablate([subset([["ecg"], ecg]), subset([["eeg"], ecg])])).toThrow("no predictions with all sensors");
  });
});
