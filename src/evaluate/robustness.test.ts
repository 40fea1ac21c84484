import { describe, expect, it } from "vitest";
import { predictionsOf, taskOf } from "./pairs/reference.ts";
import { type Predictions, rowsOfPredictions } from "./predictions.ts";
import { reportHtml } from "./report/report.ts";
import { type DisturbedPredictions, levelText, measureRobustness } from "./robustness.ts";
import { summarize } from "./summary.ts";

const BINARY = taskOf("binary", 2);
const subjects = Array.from({ length: 40 }, (_, i) => Math.floor(i / 4));
const truth = subjects.map((_, i) => i % 2);
/** Wrong in one of so many windows. */
const said = (wrongEvery: number): Predictions =>
  predictionsOf(
    BINARY,
    truth,
    truth.map((t, i) => ((t === 1) === (i % wrongEvery !== 0) ? [0.2, 0.8] : [0.7, 0.3])),
    subjects,
  );
const curves: [DisturbedPredictions, ...DisturbedPredictions[]] = [
  {
    kind: "channels",
    undisturbed: { predictions: said(20) },
    levels: [
      { level: 0.25, predictions: said(10) },
      { level: 0.75, predictions: said(4) },
    ],
  },
  {
    kind: "sensors",
    undisturbed: { predictions: said(20), bySeed: [said(20), said(10)] },
    levels: [{ level: "ecg", predictions: said(5), bySeed: [said(5), said(4)] }],
  },
];

describe("measureRobustness", () => {
  const robustness = measureRobustness(curves, { draws: 100, seed: 4 });

  it("gives each level its metrics, and its difference to the same windows undisturbed", () => {
    const [channels] = robustness.curves;
    expect(channels).toMatchObject({ kind: "channels", windows: 40, subjects: 10 });
    expect(channels.rows.map(({ level }) => level)).toEqual([undefined, 0.25, 0.75]);
    const accuracies = channels.rows.map(({ metrics }) => metrics["accuracy"].value);
    expect(accuracies).toEqual([38 / 40, 36 / 40, 30 / 40]);
    expect("difference" in channels.rows[0]).toBe(false);
    const { value, low, high } = channels.rows[2].difference!["accuracy"];
    expect(value).toBeCloseTo(-8 / 40, 12);
    // wrong in every window that 4 divides: one of each subject, in every draw, less those that were wrong before
    expect([low! < value!, high! > value!, high! < 0]).toEqual([true, true, true]);
  });

  it("averages the scores of seeds, not their outputs", () => {
    const [, { rows }] = robustness.curves;
    expect(rows[0].metrics["accuracy"].value).toBeCloseTo((38 + 36) / 80, 12);
    expect(rows[1].metrics["accuracy"].value).toBeCloseTo((32 + 30) / 80, 12);
    expect(rows[1].difference!["accuracy"].value).toBeCloseTo(-12 / 80, 12);
  });

  it("is plain JSON, and refuses other windows", () => {
    expect(JSON.parse(JSON.stringify(robustness))).toEqual(robustness);
    expect(robustness).toMatchObject({ format: "panluna-robustness", version: 1, bootstrap: { draws: 100, seed: 4 } });
    const [channels] = curves;
    const part = { level: 0.5, predictions: rowsOfPredictions(said(4), [0, 1, 2]) };
    const run = () => measureRobustness([{ ...channels, levels: [part] }], { draws: 5 });
    expect(run).toThrow("robustness, 50 % removed: is not of the same windows as undisturbed");
  });

  it("stands in a report, with a figure for each kind", async () => {
    const predictions = said(20);
    const summary = summarize(predictions, { draws: 9 });
    const page = await reportHtml({ title: "t", predictions, summary, robustness });
    for (const text of ["When the input is worse", "25 % removed", "without ECG", "undisturbed 0."]) {
      expect(page).toContain(text);
    }
    expect(page.match(/<title>(Channels removed at random|A sensor missing)/g)).toHaveLength(2);
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it("draws what has no value or no interval as a gap", async () => {
    const lone = predictionsOf(
      BINARY,
      [1, 1],
      [
        [0.5, 0.5],
        [0.4, 0.6],
      ],
      [0, 0],
    );
    const alone = measureRobustness([
      { kind: "noise", undisturbed: { predictions: lone }, levels: [{ level: 0, predictions: lone }] },
    ]);
    const [{ rows }] = alone.curves;
    expect(rows[1].metrics["auroc"]).toMatchObject({ value: null, reason: expect.any(String) });
    const page = await reportHtml({
      title: "t",
      predictions: lone,
      summary: summarize(lone, { draws: 2 }),
      robustness: alone,
    });
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });
});

it.each([
  ["channels", 0.25, "25 % removed"],
  ["noise", 0, "0 dB"],
  ["sensors", "ppg", "without PPG"],
  ["noise", undefined, "undisturbed"],
] as const)("a level of %s, %s, is called %s", (kind, level, text) => expect(levelText(kind, level)).toBe(text));
