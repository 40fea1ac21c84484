import { describe, expect, it } from "vitest";
import type { Sensor } from "../../signal/index.ts";
import { ablate } from "../ablation.ts";
import { describeRow, pickExamples } from "../examples.ts";
import { predictionsOf, taskOf } from "../pairs/reference.ts";
import { collectPredictions, type Predictions } from "../predictions.ts";
import { summarize } from "../summary.ts";
import { numberText } from "./numbers.ts";
import { roundRange } from "./regressionFigures.ts";
import { type Report, reportHtml } from "./report.ts";

const BINARY = taskOf("binary", 2);
const subjects = Array.from({ length: 40 }, (_, i) => Math.floor(i / 5));
const wobble = (i: number): number => Math.sin(12.9 * i) / 2;

const made: Readonly<Record<string, Predictions>> = {
  binary: predictionsOf(
    BINARY,
    subjects.map((_, i) => i % 2),
    subjects.map((_, i) => [0.5 - wobble(i), 0.5 + wobble(i)]),
    subjects,
  ),
  multiclass: predictionsOf(
    taskOf("multiclass", 3),
    subjects.map((_, i) => i % 2),
    subjects.map((_, i) => [0.5 - wobble(i), 0.25 + wobble(i) / 2, 0.25 + wobble(i) / 2]),
    subjects,
  ),
  multilabel: predictionsOf(
    taskOf("multilabel", 12),
    subjects.map((_, i) => Array.from({ length: 12 }, (_, k) => Number((i + k) % 3 === 0))),
    subjects.map((_, i) => Array.from({ length: 12 }, (_, k) => 0.5 + wobble(i + k))),
    subjects,
  ),
  regression: predictionsOf(
    taskOf("regression", 0),
    subjects.map((_, i) => 70 + i),
    subjects.map((_, i) => 70 + i + 10 * wobble(i)),
    subjects,
  ),
};

const reportOf = (predictions: Predictions, more: Partial<Report> = {}): Promise<string> =>
  reportHtml({ title: "A report", predictions, summary: summarize(predictions, { draws: 30 }), ...more });

describe("reportHtml", () => {
  it.each(Object.keys(made))(
    "%s: one file that asks nothing of a network, with every number a number",
    async (kind) => {
      const page = await reportOf(made[kind]);
      const inside = page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "");
      expect(inside).not.toMatch(/https?:|\bsrc=|href=|@import|url\((?!#)|<script|NaN|undefined|Infinity|\[object/);
      expect(page).toContain("Research software, not a medical device.");
      const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
    },
  );

  it.each([
    ["binary", ["ROC curve", "Precision-recall curve", "Reliability", "Confusion matrix", "Each subject", "Per class"]],
    ["multiclass", ["AUROC is the mean without c2", "Confusion matrix"]],
    ["multilabel", ["Confusion, label by label", "4 more stand in the table", "Accuracy (all labels right)"]],
    ["regression", ["Said against true", "Bland-Altman", "limits of agreement", "(bpm)"]],
  ])("%s shows what its task needs", async (kind, wanted) => {
    const page = await reportOf(made[kind]);
    for (const text of wanted) expect(page).toContain(text);
  });

  it("takes names for text, whatever they hold", async () => {
    const task = { ...BINARY, title: "<script>alert(1)</script>", classes: ['<img src="x">', "b&b"] };
    const rows = [0, 1, 0].map((target, i) => ({
      subject: `<b>${i}`,
      recording: "</style>",
      onset: i,
      layout: "",
      target,
      output: [0.4, 0.6],
    }));
    const predictions = collectPredictions(task, [...rows, { ...rows[0], onset: 9 }]);
    const channels = [{ name: "<i>", unit: "µV", samples: [0, 1, 2, 1], sfreq: 4 }];
    const page = await reportOf(predictions, { title: "</title>", examples: [{ row: 0, channels }], notes: ["<hr>"] });
    expect(page).not.toMatch(/<script|<img|<b>|<i>|<hr>|<\/title><\/title>/);
    expect(page).toContain("&lt;script&gt;");
  });

  it("shows what each subset of sensors is worth", async () => {
    const all = made["binary"];
    const flipped = predictionsOf(
      BINARY,
      [...all.target],
      subjects.map((_, i) => [0.5 + wobble(i), 0.5 - wobble(i)]),
      subjects,
    );
    const rows: [Sensor[], Predictions][] = [
      [["eeg", "ecg"], all],
      [["ecg"], flipped],
    ];
    const ablation = ablate(
      rows.map(([sensors, predictions]) => ({ sensors, predictions })),
      { draws: 50 },
    );
    const page = await reportOf(all, { ablation });
    expect(page).toContain("EEG + ECG");
    expect(page).toContain("against all sensors");
  });

  it("survives what cannot be measured: one subject, one class, equal values", async () => {
    const lone = predictionsOf(
      BINARY,
      [1, 1],
      [
        [0.5, 0.5],
        [0.5, 0.5],
      ],
      [0, 0],
    );
    expect(await reportOf(lone)).toContain("every window is of this class");
    const flat = predictionsOf(taskOf("regression", 0), [60], [60], [0]);
    expect(await reportOf(flat)).toContain("there is one window");
  });

  it("refuses a summary of other predictions, and no predictions", async () => {
    const summary = summarize(made["regression"], { draws: 2 });
    await expect(reportHtml({ title: "", predictions: made["binary"], summary })).rejects.toThrow(
      "of other predictions",
    );
    await expect(reportOf(predictionsOf(BINARY, [], [], []))).rejects.toThrow("no windows to report on");
  });
});

describe("pickExamples", () => {
  it("shows the most certain windows, right and wrong, of different subjects first", () => {
    const p = [0.9, 0.8, 0.7, 0.6];
    const output = [...p, ...p].map((q) => [1 - q, q]);
    const predictions = predictionsOf(BINARY, [1, 1, 1, 1, 0, 0, 0, 0], output, [0, 0, 1, 1, 0, 0, 0, 0]);
    expect(pickExamples(predictions, 2)).toEqual({ right: [0, 2], wrong: [4, 5] });
  });

  it("shows the smallest and the largest errors", () => {
    const rates = predictionsOf(taskOf("regression", 0), [60, 60, 60, 60], [61, 50, 60, 90], [0, 1, 2, 3]);
    expect(pickExamples(rates, 1)).toEqual({ right: [2], wrong: [3] });
    expect(describeRow(rates, 3)).toBe("true: 60.0 bpm · said: 90.0 bpm");
  });

  it("says what was true and what was made of it", () => {
    expect(describeRow(predictionsOf(BINARY, [1], [[0.25, 0.75]], [0]), 0)).toBe("true: c1 · taken for: c1 (75 %)");
    const labels = predictionsOf(taskOf("multilabel", 3), [[1, 1, 0]], [[0.9, 0.1, 0.6]], [0]);
    expect(describeRow(labels, 0)).toBe("true: c0, c1 · given: c0 (90 %), c2 (60 %)");
  });
});

describe("numbers", () => {
  it.each([
    [null, "–"],
    [0.81249, "0.812"],
    [-1.5, "−1.500"],
    [72.346, "72.35"],
    [1234.5, "1234.5"],
  ])("%s is written %s", (value, text) => expect(numberText(value)).toBe(text));

  it.each([
    [
      [0.56, 0.89],
      [0.55, 0.9],
    ],
    [
      [-0.24, 0],
      [-0.25, 0],
    ],
    [
      [5, 5],
      [4, 6],
    ],
    [[], [0, 1]],
  ])("an axis for %j reaches over %j", (values, range) => expect(roundRange(values)).toEqual(range));
});
