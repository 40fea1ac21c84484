import { describe, expect, it } from "vitest";
import { curvesOf, type Point, thinned } from "./curves.ts";
import { predictionsOf, taskOf } from "./pairs/reference.ts";

const binary = (target: number[], scores: number[]) =>
  predictionsOf(
    taskOf("binary", 2),
    target,
    scores.map((p) => [1 - p, p]),
    target.map((_, i) => i),
  );

describe("curvesOf", () => {
  it("steps once over equal scores, as sklearn.metrics.roc_curve and precision_recall_curve do", () => {
    const { roc, precisionRecall, prevalence } = curvesOf(binary([0, 1, 1, 0, 1], [0.25, 0.75, 0.5, 0.5, 1]), 1);
    expect(roc).toEqual([
      [0, 0],
      [0, 1 / 3],
      [0, 2 / 3],
      [0.5, 1],
      [1, 1],
    ]);
    expect(precisionRecall).toEqual([
      [1 / 3, 1],
      [2 / 3, 1],
      [1, 0.75],
      [1, 0.6],
    ]);
    expect(prevalence).toBe(0.6);
  });

  it("is empty where it is not defined", () => {
    expect(curvesOf(binary([0, 0], [0.25, 0.5]), 1)).toEqual({ roc: [], precisionRecall: [], prevalence: 0 });
    expect(curvesOf(binary([1, 1], [0.25, 0.5]), 1).roc).toEqual([]);
  });
});

describe("thinned", () => {
  it("keeps the ends and leaves no gap", () => {
    const line = Array.from({ length: 1001 }, (_, i): Point => [i / 1000, (i / 1000) ** 2]);
    const kept = thinned(line, 0.01);
    expect([kept[0], kept.at(-1)]).toEqual([line[0], line[1000]]);
    expect(kept.length).toBeLessThan(205);
    const gaps = kept.slice(1).map(([x, y], i) => Math.max(x - kept[i][0], y - kept[i][1]));
    expect(Math.max(...gaps)).toBeLessThan(0.013);
  });
});
