import { describe, expect, it } from "vitest";
import type { TaskSpec } from "../store/index.ts";
import { aggregate } from "./aggregate.ts";
import { collectPredictions, type PredictedWindow, type Predictions, windowOf } from "./predictions.ts";

const BINARY: TaskSpec = { kind: "binary", title: "rest or not", classes: ["rest", "task"] };
const RATE: TaskSpec = { kind: "regression", title: "heart rate", classes: [], unit: "bpm" };

const row = (subject: string, recording: string, target: number, output: number[], onset = 0): PredictedWindow => ({
  subject,
  recording,
  onset,
  layout: "ppg1",
  target,
  output,
});

const rowsOf = (predictions: ReturnType<typeof aggregate>) => {
  if ("undefined" in predictions) return predictions;
  return Array.from({ length: predictions.count }, (_, i) => {
    const { output, ...rest } = windowOf(predictions, i);
    return { ...rest, output: Array.from(output) };
  });
};

describe("aggregate", () => {
  const predictions: Predictions = collectPredictions(BINARY, [
    row("b", "1", 0, [0.75, 0.25], 4),
    row("a", "1", 1, [0.5, 0.5]),
    row("b", "1", 0, [0.25, 0.75], 2),
    row("b", "2", 0, [1, 0]),
  ]);

  it("averages the probabilities of a recording; the same name under two subjects is two recordings", () => {
    expect(rowsOf(aggregate(predictions, "recording"))).toEqual([
      row("b", "1", 0, [0.5, 0.5], 2),
      row("a", "1", 1, [0.5, 0.5]),
      row("b", "2", 0, [1, 0]),
    ]);
  });

  it("averages over all windows of a subject", () => {
    expect(rowsOf(aggregate(predictions, "subject"))).toEqual([
      row("b", "1+2", 0, [2 / 3, 1 / 3], 0),
      row("a", "1", 1, [0.5, 0.5]),
    ]);
  });

  it("does not invent a truth for a subject with windows of both classes", () => {
    const mixed = collectPredictions(BINARY, [row("a", "1", 0, [1, 0]), row("a", "2", 1, [1, 0])]);
    expect(aggregate(mixed, "recording")).toMatchObject({ count: 2 });
    expect(aggregate(mixed, "subject")).toEqual({ undefined: "windows of one subject are of several classes" });
  });

  it("averages targets and values of a regression", () => {
    const rates = collectPredictions(RATE, [row("a", "1", 60, [70]), row("a", "2", 80, [71])]);
    expect(rowsOf(aggregate(rates, "subject"))).toEqual([row("a", "1+2", 70, [70.5])]);
  });
});
