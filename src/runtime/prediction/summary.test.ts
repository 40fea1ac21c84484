import { describe, expect, it } from "vitest";
import type { TaskKind, TrainedTask } from "../../task/index.ts";
import { meanInterval } from "./meanInterval.ts";
import { decide, summarize } from "./summary.ts";

const task = (kind: TaskKind, classes: string[] = []): Pick<TrainedTask, "name" | "spec"> => ({
  name: "task",
  spec: { kind, title: "", classes, ...(kind === "regression" && { unit: "bpm" }) },
});
const everything = (count: number) => Array<boolean>(count).fill(true);

describe("what windows say together", () => {
  it("is the mean of their probabilities, the likeliest class and who agrees", () => {
    const outputs = Float64Array.of(0.7, 0.2, 0.1, 0.3, 0.6, 0.1, 0.8, 0.1, 0.1);
    const { decided, agreement, entropy, ...rest } = summarize(
      outputs,
      task("multiclass", ["a", "b", "c"]),
      everything(3),
    );
    expect(rest).toMatchObject({ windows: 3, leftOut: 0 });
    [0.6, 0.3, 0.1].forEach((mean, k) => void expect(rest.outputs[k].mean).toBeCloseTo(mean, 15));
    expect(rest.outputs.map(({ name, low, high }) => [name, low, high])).toEqual([
      ["a", null, null],
      ["b", null, null],
      ["c", null, null],
    ]);
    expect(decided).toEqual(["a"]);
    expect(agreement).toBeCloseTo(2 / 3, 15);
    expect(entropy).toBeCloseTo(0.8173454221465103, 14); // scipy.stats.entropy([.6, .3, .1]) / log(3)
  });

  it("leaves out windows that do not count", () => {
    const outputs = Float64Array.of(0.9, 0.1, 0.1, 0.9, 0.7, 0.3);
    const found = summarize(outputs, task("binary", ["no", "yes"]), [true, false, true]);
    expect(found).toMatchObject({ windows: 2, leftOut: 1, decided: ["no"], agreement: 1 });
    expect(found.outputs[0].mean).toBeCloseTo(0.8, 15);
  });

  it("of labels that can hold together are all of 0.5 or more", () => {
    const outputs = Float64Array.of(0.9, 0.1, 0.9, 0.3);
    const found = summarize(outputs, task("multilabel", ["x", "y"]), everything(2));
    expect(found).toMatchObject({ decided: ["x"], agreement: 1 });
    expect(found.entropy).toBeCloseTo(0.5954618442383217, 14); // mean of scipy.stats.entropy([p, 1 − p], base=2)
    expect(decide([0.2, 0.49], task("multilabel", ["x", "y"]).spec)).toEqual([]);
    expect(decide([0.5, 0.6], task("multilabel", ["x", "y"]).spec)).toEqual(["x", "y"]);
  });

  it("has the interval of the mean, and no probability below 0 or above 1", () => {
    const p = [0.91, 0.88, 0.95, 0.72, 0.7, 0.81, 0.86, 0.93, 0.97];
    const outputs = Float64Array.from(p.flatMap((yes) => [1 - yes, yes]));
    const { outputs: found } = summarize(outputs, task("binary", ["no", "yes"]), everything(9));
    expect(found[1].low).toBeCloseTo(meanInterval(p)![0], 14);
    expect(found[1].high).toBe(1);
    expect(found[0].low).toBe(0);
  });

  it("of a regression is a value with its interval, and no decision", () => {
    const values = [60, 62, 61, 63, 64, 62];
    const found = summarize(Float64Array.from(values), task("regression"), everything(6));
    const [low, high] = meanInterval(values)!;
    expect(found).toEqual({ windows: 6, leftOut: 0, outputs: [{ name: "task", mean: 62, low, high }], decided: [] });
    expect(low).toBeLessThan(60.5);
  });

  it("is nothing where no window counts", () => {
    const found = summarize(Float64Array.of(0.4, 0.6), task("binary", ["no", "yes"]), [false]);
    expect(found).toMatchObject({ windows: 0, leftOut: 1, decided: [] });
    expect(found.outputs[1]).toEqual({ name: "yes", mean: null, low: null, high: null });
    expect(found.agreement).toBeUndefined();
  });

  it("is sure of one class at 0 and knows nothing at 1", () => {
    const spec = task("multiclass", ["a", "b", "c", "d"]);
    expect(summarize(Float64Array.of(0, 1, 0, 0), spec, [true]).entropy).toBe(0);
    expect(summarize(Float64Array.of(0.25, 0.25, 0.25, 0.25), spec, [true]).entropy).toBe(1);
  });
});
