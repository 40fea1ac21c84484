import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linesUpTo, metricLine, readMetrics } from "./metrics.ts";

const entry = (step: number, loss = 0.5) => ({ step, time: 10 * step, split: "train", values: { loss } });
const text = (steps: readonly number[]) => steps.map((step) => metricLine(entry(step))).join("");

describe("metrics.jsonl", () => {
  it("gives back what was written; what is no number is NaN", () => {
    const lines = readMetrics(metricLine(entry(1, 1e-30)) + metricLine(entry(2, Number.POSITIVE_INFINITY)));
    expect(lines.entries).toEqual([entry(1, 1e-30), entry(2, Number.NaN)]);
    expect(lines).toMatchObject({ damaged: [], torn: false });
  });

  it("is read up to a last line that was torn at any byte", () => {
    const whole = text([1, 2, 3]);
    const last = metricLine(entry(3)).length;
    for (let cut = 1; cut < last; cut++) {
      const lines = readMetrics(whole.slice(0, -cut));
      expect(lines.entries.map(({ step }) => step)).toEqual([1, 2]);
      expect(lines.torn).toBe(true);
      expect(linesUpTo(lines, 9)).toBe(text([1, 2]));
    }
  });

  it("is cut at a step to what a run that stopped there has", () => {
    expect(linesUpTo(readMetrics(text([1, 2, 2, 3, 4])), 2)).toBe(text([1, 2, 2]));
    expect(linesUpTo(readMetrics(text([1, 2])), -1)).toBe("");
    expect(linesUpTo(readMetrics(""), 5)).toBe("");
  });

  it("names lines that hold something else and goes on", () => {
    const wrong = ["", "[]", "null", '{"step":1}', metricLine(entry(1)).trim().replace("0.5", '"x"'), "\u0000\u0000"];
    const lines = readMetrics(`${wrong.join("\n")}\n${text([7])}`);
    expect(lines.entries).toEqual([entry(7)]);
    expect(lines.damaged).toEqual([1, 2, 3, 4, 5, 6]);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (noise) => void readMetrics(noise)));
  });
});
