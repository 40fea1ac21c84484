import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { randomStream } from "../../model/index.ts";
import type { Sensor } from "../../signal/index.ts";
import { explainedShare, FILLS, type Fill, HiddenSums, type ReconstructedWindows } from "./hiddenSums.ts";
import { interpolateHidden, visibleMean } from "./interpolate.ts";
import { summarizeReconstruction } from "./summary.ts";

interface Reference {
  readonly patchSize: number;
  readonly cases: readonly { name: string; mask: number[]; x: number[]; filled: number[]; mean: number }[];
}

const { patchSize, cases } = JSON.parse(
  readFileSync(new URL("pairs/interpolation.json", import.meta.url), "utf8"),
) as Reference;

describe("filling hidden patches in without a model", () => {
  it.each(cases)("interpolates as numpy does: $name", ({ mask, x, filled, mean }) => {
    const samples = Float32Array.from(x);
    const line = interpolateHidden(samples, Uint8Array.from(mask), patchSize);
    expect(Math.max(...filled.map((value, t) => Math.abs(value - line[t])))).toBeLessThan(1e-12);
    expect(Math.abs(visibleMean(samples, Uint8Array.from(mask), patchSize) - mean)).toBeLessThan(1e-12);
    expect([...samples]).toEqual(x);
  });
});

const SHAPE = [3, 2, 24] as const;

/** Three windows of an EEG and an ECG channel, patches of 4 samples, some of them hidden in each. */
function windowsOf(corpus: string, subjects: readonly string[], sensors: Sensor[] = ["eeg", "ecg"]) {
  const draw = (purpose: string, n: number) =>
    Float32Array.from(randomStream(3, `${corpus}/${purpose}`).normal(0, n), (z) => z + 0.3);
  const x = draw("x", 144);
  const y = draw("y", 144).map((z, i) => x[i] + 0.5 * z);
  const mask = Uint8Array.from({ length: 36 }, (_, i) => Number(((i % 6) * 5 + Math.floor(i / 6) * 3) % 7 < 3));
  return {
    corpus,
    dataset: "one",
    shape: SHAPE,
    x,
    y,
    mask,
    patchSize: 4,
    sensors,
    subjects,
  } satisfies ReconstructedWindows;
}

/** The definition, sample by sample: 1 − Σ(x − fill)² / Σ(x − m)². */
function straightforward(parts: readonly ReconstructedWindows[], sensor: Sensor, subject?: string) {
  const truth: number[] = [];
  const fills: Record<Fill, number[]> = { model: [], interpolation: [], mean: [] };
  for (const { x, y, mask, sensors, subjects } of parts) {
    for (let i = 0; i < x.length; i++) {
      const [row, t] = [Math.floor(i / 24), i % 24];
      if (mask[Math.floor(i / 4)] === 0 || sensors[row % 2] !== sensor) continue;
      if (subject !== undefined && subjects[row >> 1] !== subject) continue;
      const visible = Array.from({ length: 24 }, (_, j) => j).filter((j) => mask[row * 6 + (j >> 2)] === 0);
      const [before, after] = [visible.findLast((j) => j < t), visible.find((j) => j > t)];
      const [a, b] = [before ?? after!, after ?? before!].map((j) => x[row * 24 + j]);
      const part = before === undefined || after === undefined ? 0 : (t - before) / (after - before);
      truth.push(x[i]);
      fills.model.push(y[i]);
      fills.interpolation.push(a + part * (b - a));
      fills.mean.push(visible.reduce((sum, j) => sum + x[row * 24 + j], 0) / visible.length);
    }
  }
  const m = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const squares = (other: (i: number) => number) => truth.reduce((sum, value, i) => sum + (value - other(i)) ** 2, 0);
  return FILLS.map((fill) => 1 - squares((i) => fills[fill][i]) / squares(() => m));
}

function summaryOf(parts: readonly ReconstructedWindows[], options = {}) {
  const sums = new HiddenSums();
  for (const part of parts) sums.add(part);
  return summarizeReconstruction(sums, options);
}

const near = (a: number | null, b: number) => expect(Math.abs(a! - b)).toBeLessThan(1e-10);

describe("the share of variance explained", () => {
  const parts = [windowsOf("first", ["b", "a", "b"]), windowsOf("second", ["c", "a", "d"])];
  const summary = summaryOf(parts, { draws: 200, seed: 4 });

  it("pools hidden samples over windows, by corpus and sensor and over all corpora", () => {
    const told = summary.rows.map(({ corpus, sensor, subjects, windows }) => ({ corpus, sensor, subjects, windows }));
    expect(told).toEqual([
      { corpus: "first", sensor: "eeg", subjects: 2, windows: 3 },
      { corpus: "first", sensor: "ecg", subjects: 2, windows: 3 },
      { corpus: "second", sensor: "eeg", subjects: 3, windows: 3 },
      { corpus: "second", sensor: "ecg", subjects: 3, windows: 3 },
      { corpus: null, sensor: "eeg", subjects: 4, windows: 6 },
      { corpus: null, sensor: "ecg", subjects: 4, windows: 6 },
    ]);
    expect(summary).toMatchObject({ subjects: 4, windows: 6 });
    for (const { corpus, sensor, explained, difference } of summary.rows) {
      const expected = straightforward(
        parts.filter((part) => corpus === null || part.corpus === corpus),
        sensor,
      );
      FILLS.forEach((fill, i) => void near(explained[fill].value, expected[i]));
      near(difference.interpolation.value, expected[0] - expected[1]);
      near(difference.mean.value, expected[0] - expected[2]);
    }
  });

  it("takes people of different datasets for different people, whatever they are called", () => {
    const apart = summaryOf([parts[0], { ...parts[1], dataset: "other" }], { draws: 20 });
    expect(apart.subjects).toBe(5);
    expect(apart.rows.map(({ subjects }) => subjects)).toEqual([2, 2, 3, 3, 5, 5]);
    expect(apart.rows[4].explained.model.value).toBe(summary.rows[4].explained.model.value);
  });

  it("tells what was reached in each subject", () => {
    expect(summary.perSubject).toHaveLength(10);
    for (const { corpus, sensor, subject, explained } of summary.perSubject) {
      const expected = straightforward(
        parts.filter((part) => part.corpus === corpus),
        sensor,
        subject,
      );
      FILLS.forEach((fill, i) => void near(explained[fill], expected[i]));
    }
  });

  it("has intervals over subjects that depend on the seed and the groups alone", () => {
    const again = summaryOf([...parts].reverse(), { draws: 200, seed: 4 });
    const rowOf = ({ rows }: typeof summary, i: number) => rows[i].explained.model;
    expect(rowOf(again, 2)).toEqual(rowOf(summary, 0));
    expect(rowOf(summaryOf(parts, { draws: 200, seed: 5 }), 4)).not.toEqual(rowOf(summary, 4));
    for (const { explained, difference } of summary.rows) {
      for (const { value, low, high } of [...Object.values(explained), ...Object.values(difference)]) {
        expect(low).toBeLessThanOrEqual(value!);
        expect(high).toBeGreaterThanOrEqual(value!);
      }
    }
  });

  it("pairs the difference: two ways that err alike in everybody differ by nothing in every draw", () => {
    const [part] = parts;
    const line = part.x.slice();
    for (let row = 0; row < 6; row++) {
      const hidden = part.mask.subarray(6 * row, 6 * row + 6);
      line.set(interpolateHidden(part.x.subarray(24 * row, 24 * row + 24), hidden, 4), 24 * row);
    }
    const [{ explained, difference }] = summaryOf([{ ...part, y: line }], { draws: 50 }).rows;
    expect(explained.model.high! - explained.model.low!).toBeGreaterThan(0.01);
    const { low, high } = difference.interpolation; // y is rounded to float32, the line is not
    for (const end of [low, high]) expect(Math.abs(end!)).toBeLessThan(1e-8);
  });

  it("is 1 for a perfect model, 0 for the mean of the hidden samples, and not defined where nothing varies or is hidden", () => {
    const [part] = parts;
    near(summaryOf([{ ...part, y: part.x }]).rows[0].explained.model.value, 1);
    const flat = { ...part, x: new Float32Array(144), y: part.y };
    expect(summaryOf([flat]).rows[0].explained.model).toMatchObject({
      value: null,
      reason: expect.stringContaining("all the same"),
    });
    expect(summaryOf([{ ...part, mask: new Uint8Array(36) }]).rows[0].explained.mean.reason).toBe("nothing is hidden");
    expect(explainedShare(Float64Array.of(1, 2, 4, 16, 8, 0, 16), "model")).toBe(0); // x = 0, 4; y = 2, 2
  });
});
