import { describe, expect, it } from "vitest";
import type { RunFile } from "./identity.ts";
import type { MetricEntry } from "./metrics.ts";
import { metricNames, monitorOf, pointsOf, settingsThatDiffer, summarizeRun, thinned } from "./summary.ts";

const file = (changes: Partial<RunFile> = {}): RunFile => ({
  format: "1",
  config: { lr: 1 },
  configDigest: "c",
  seed: 1,
  fingerprint: "f",
  sessions: [{ started: "2026-01-01T00:00:00.000Z", step: 0, versions: { node: "20" } }],
  ...changes,
});
const entry = (step: number, split: string, values: Record<string, number>): MetricEntry => ({
  step,
  time: 2 * step,
  split,
  values,
});
const entries = [
  entry(1, "train", { loss: 3, windowsPerSecond: 10 }),
  entry(2, "train", { loss: 2, windowsPerSecond: 30 }),
  entry(2, "val", { loss: 2.5, auroc: 0.6 }),
  entry(4, "val", { loss: 1.5, auroc: 0.9 }),
  entry(6, "val", { loss: 1.5, auroc: Number.NaN }),
  entry(8, "val", { loss: 4, auroc: 0.7 }),
];
const run = (changes: Partial<RunFile> = {}) => ({ name: "a", file: file(changes), entries });

describe("summarizeRun", () => {
  it("finds the best value (the first of equals) and the last", () => {
    expect(summarizeRun(run())).toEqual({
      name: "a",
      steps: 8,
      sessions: 1,
      monitor: { split: "val", metric: "loss", goal: "min" },
      best: { step: 4, value: 1.5 },
      last: { step: 8, value: 4 },
      seconds: 16,
      windowsPerSecond: 20,
    });
    expect(summarizeRun(run(), "auroc")).toMatchObject({
      best: { step: 4, value: 0.9 },
      last: { step: 8, value: 0.7 },
    });
    expect(summarizeRun(run(), "train/loss").best).toEqual({ step: 2, value: 2 });
    expect(summarizeRun(run(), "kappa")).toMatchObject({ best: undefined, last: undefined });
    expect(summarizeRun({ ...run(), entries: [] })).toMatchObject({
      steps: 0,
      seconds: 0,
      windowsPerSecond: Number.NaN,
    });
  });

  it("takes the run's own goal before what the name suggests", () => {
    const monitor = { split: "val", metric: "score", goal: "min" } as const;
    expect(monitorOf({ monitor })).toEqual(monitor);
    expect(monitorOf({ monitor }, "test/score")).toEqual({ ...monitor, split: "test" });
    expect(["rmse", "val/loss", "auroc"].map((m) => monitorOf({}, m).goal)).toEqual(["min", "min", "max"]);
  });
});

describe("curves", () => {
  it("leave out what is no number and what objects inherit", () => {
    expect(pointsOf(entries, "val", "auroc").map(({ step }) => step)).toEqual([2, 4, 8]);
    expect(pointsOf(entries, "val", "constructor")).toEqual([]);
    expect(metricNames([run()], "val")).toEqual(["auroc", "loss"]);
  });

  it("are thinned to means: the mean of all stays", () => {
    const points = Array.from({ length: 1000 }, (_, i) => ({ step: i, value: i % 7 }));
    expect(thinned(points, 1000)).toEqual(points);
    const thin = thinned(points, 100);
    expect(thin).toHaveLength(100);
    expect(thin[1]).toEqual({ step: 14.5, value: (3 + 4 + 5 + 6 + 0 + 1 + 2 + 3 + 4 + 5) / 10 });
    expect(thinned(points, 300).length).toBeLessThanOrEqual(300);
  });
});

describe("settingsThatDiffer", () => {
  it("are those of config, seed, data and versions", () => {
    const other = run({ config: { lr: 2 }, fingerprint: "g", sessions: [] });
    expect(settingsThatDiffer([run(), run()])).toEqual([]);
    expect(settingsThatDiffer([run(), other]).map(({ path }) => path)).toEqual([
      "lr",
      "data",
      "versions.node",
      "versions",
    ]);
  });
});
