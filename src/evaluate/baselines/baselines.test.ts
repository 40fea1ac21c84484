import { describe, expect, it } from "vitest";
import { expectClose } from "../../../test/close.ts";
import { randomStream } from "../../model/index.ts";
import type { ChannelSpec, TaskSpec } from "../../store/index.ts";
import { METRICS } from "../metrics/index.ts";
import { measure } from "../metrics/metric.ts";
import { taskOf } from "../pairs/reference.ts";
import type { Predictions } from "../predictions.ts";
import { alignFeatures } from "./alignFeatures.ts";
import { ECG_RATE, type FeatureTable, joinFeatures, PPG_RATE, windowFeatures } from "./features.ts";
import type { LabelledFeatures } from "./labelled.ts";
import { linearBaseline } from "./linearBaseline.ts";
import { priorBaseline } from "./priorBaseline.ts";
import { rateBaseline } from "./rateBaseline.ts";
import { fitStandardization, standardize } from "./standardize.ts";

const table = (names: string[], rows: number[][]): FeatureTable => ({
  count: rows.length,
  names,
  values: Float64Array.from(rows.flat()),
});

/** Features with a known relation to the target: the first tells it, the others are noise. */
function made(
  task: TaskSpec,
  first: number,
  subjects: number,
  targetOf: (i: number) => number | number[],
): LabelledFeatures {
  const windows = Array.from({ length: subjects * 20 }, (_, i) => ({
    subject: `s${first + Math.floor(i / 20)}`,
    recording: `r${first + Math.floor(i / 20)}`,
    onset: (i % 20) * 5,
    layout: "any",
    target: targetOf(i),
  }));
  const random = randomStream(first, "features").normal(0, windows.length * 3);
  const rows = windows.map(({ target }, i) => {
    const signal = Array.isArray(target) ? target[0] : target;
    return [100 * signal + 60 * random[3 * i], random[3 * i + 1], random[3 * i + 2]];
  });
  return { task, windows, features: table(["tells", "noise", "more noise"], rows) };
}

const valueNamed = (predictions: Predictions, name: string) =>
  measure(
    predictions,
    METRICS[predictions.task.kind].filter((metric) => metric.name === name),
  )[0].score as number;

describe("alignFeatures", () => {
  it("puts rows with different features under all their names", () => {
    const aligned = alignFeatures([
      table(
        ["a", "b"],
        [
          [1, 2],
          [3, 4],
        ],
      ),
      table([], []),
      table(["c", "a"], [[5, 6]]),
    ]);
    const nan = Number.NaN;
    expect(aligned).toEqual(
      table(
        ["a", "b", "c"],
        [
          [1, 2, nan],
          [3, 4, nan],
          [6, nan, 5],
        ],
      ),
    );
    expect(alignFeatures([])).toEqual(table([], []));
  });
});

describe("windowFeatures", () => {
  const channels: ChannelSpec[] = [
    { name: "O1", sensor: "eeg", location: [0, 0, 0] },
    { name: "II", sensor: "ecg", location: [0, 0] },
    { name: "PPG", sensor: "ppg", location: [0, 0] },
  ];
  const wave = (f: number, i: number) => Math.sin((2 * Math.PI * f * i) / 256);
  const x = new Float32Array(2 * 3 * 2048);
  for (let i = 0; i < 2048; i++) {
    x[i] = 30 * wave(10, i);
    x[2048 + i] = i % 256 < 8 ? 1 : 0;
    x[4096 + i] = wave(1.25, i);
  }
  const { names, values, count } = windowFeatures(x, channels, 2048, 256);
  const of = (row: number, name: string) => values[row * names.length + names.indexOf(name)];

  it("has the rhythm of each sensor", () => {
    expect(count).toBe(2);
    expect(of(0, "O1 alpha")).toBeCloseTo(Math.log(450), 2); // power of a sine: amplitude² / 2
    expect(of(0, "O1 alpha") - of(0, "O1 gamma")).toBeGreaterThan(5);
    expect(of(0, ECG_RATE)).toBeCloseTo(60, 0);
    expect(of(0, PPG_RATE)).toBeCloseTo(75, 0);
  });

  it("has no number for what a flat window does not have, and no infinity", () => {
    expect(of(1, ECG_RATE)).toBeNaN();
    expect(of(1, PPG_RATE)).toBeNaN();
    expect(of(1, "O1 alpha")).toBeLessThan(-20);
    expect(values.some((value) => Math.abs(value) === Number.POSITIVE_INFINITY)).toBe(false);
  });

  it("refuses samples that are not whole windows, and tables that do not belong together", () => {
    expect(() => windowFeatures(new Float32Array(5), channels, 2048, 256)).toThrow(
      "expected a multiple of 3 channels × 2048",
    );
    expect(() => joinFeatures([table(["a"], [[1]]), table(["b"], [[1]])])).toThrow("tables have different features");
    expect(joinFeatures([table(["a"], [[1]]), table(["a"], [[2], [3]])])).toEqual(table(["a"], [[1], [2], [3]]));
  });
});

describe("standardisation", () => {
  it("knows the training windows only; what is missing becomes their mean, what is constant 0", () => {
    const fitted = fitStandardization(
      table(
        ["a", "b"],
        [
          [1, 7],
          [3, 7],
          [Number.NaN, 7],
        ],
      ),
    );
    expectClose(
      standardize(
        table(
          ["a", "b"],
          [
            [2, 7],
            [4, 8],
            [Number.NaN, 7],
          ],
        ),
        fitted,
      ),
      [0, 0, 2, 1, 0, 0],
      1e-15,
    );
  });
});

describe("linearBaseline", () => {
  it("tells classes from a feature that tells them, on other people", () => {
    const task = taskOf("binary", 2);
    const [train, test] = [made(task, 0, 10, (i) => i % 2), made(task, 100, 6, (i) => i % 2)];
    const { predictions, strength } = linearBaseline(train, test);
    expect(valueNamed(predictions, "auroc")).toBeGreaterThan(0.8); // two normals 100 apart, σ 60: 0.88
    expect(strength).toBeGreaterThan(1e-4);
    expect(valueNamed(priorBaseline(train, test), "balancedAccuracy")).toBe(0.5);
  });

  it("tells three classes, of which the training windows lack a fourth", () => {
    const task = taskOf("multiclass", 4);
    const kinds = (i: number) => i % 3;
    const { predictions } = linearBaseline(made(task, 0, 8, kinds), made(task, 100, 4, kinds));
    expect(valueNamed(predictions, "accuracy")).toBeGreaterThan(0.55);
    expect(predictions.output.filter((_, i) => i % 4 === 3).every((p) => p === 0)).toBe(true);
  });

  it("gives labels, and a label without a positive window its share", () => {
    const task = taskOf("multilabel", 3);
    const labels = (i: number) => [i % 2, 0, 1];
    const { predictions } = linearBaseline(made(task, 0, 8, labels), made(task, 100, 4, labels));
    expect(
      measure(
        predictions,
        METRICS.multilabel.filter(({ name }) => name === "auroc"),
      )[0].perClass![0],
    ).toBeGreaterThan(0.8);
    expect([...predictions.output.subarray(1, 3)]).toEqual([0, 1]);
  });

  it("regresses, better than the mean", () => {
    const task = taskOf("regression", 0);
    const rate = (i: number) => 60 + (i % 20);
    const [train, test] = [made(task, 0, 8, rate), made(task, 100, 4, rate)];
    expect(valueNamed(linearBaseline(train, test).predictions, "mae")).toBeLessThan(1);
    expect(valueNamed(priorBaseline(train, test), "mae")).toBeCloseTo(5, 1);
  });

  it("refuses a person in training and test, and nothing to train on", () => {
    const task = taskOf("binary", 2);
    const some = made(task, 0, 4, (i) => i % 2);
    expect(() =>
      linearBaseline(
        some,
        made(task, 3, 2, (i) => i % 2),
      ),
    ).toThrow("a person is in training and test: got s3");
    expect(() =>
      priorBaseline(
        made(task, 0, 0, () => 0),
        some,
      ),
    ).toThrow("nothing to train on");
    const other = {
      ...some,
      features: table(
        ["x"],
        some.windows.map(() => [1]),
      ),
    };
    expect(() => linearBaseline(some, { ...other, windows: [] })).toThrow("features do not fit the windows");
  });
});

describe("rateBaseline", () => {
  it("takes the ECG, else the PPG, else the mean of the training windows", () => {
    const task = taskOf("regression", 0);
    const labelled = (subject: string, rows: number[][]): LabelledFeatures => ({
      task,
      windows: rows.map((_, i) => ({ subject, recording: "r", onset: i, layout: "any", target: 80 + i })),
      features: table([PPG_RATE, ECG_RATE], rows),
    });
    const test = labelled("b", [
      [70, 72],
      [70, Number.NaN],
      [Number.NaN, Number.NaN],
    ]);
    expect([
      ...rateBaseline(
        labelled("a", [
          [1, 1],
          [1, 1],
        ]),
        test,
      ).output,
    ]).toEqual([72, 70, 80.5]);
  });
});
