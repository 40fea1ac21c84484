import { describe, expect, it } from "vitest";
import { taskOf } from "./pairs/reference.ts";
import { collectPredictions, type PredictedWindow, windowOf } from "./predictions.ts";
import { readPredictions, writePredictions } from "./predictionsFile.ts";

const BINARY = taskOf("binary", 2);
const window = (changes: Partial<PredictedWindow> = {}): PredictedWindow => ({
  subject: "s1",
  recording: "night.edf",
  onset: 30,
  layout: "eeg4",
  target: 1,
  output: [0.25, 0.75],
  ...changes,
});

describe("collectPredictions", () => {
  it("sorts subjects and keeps the order of windows", () => {
    const { subjects, subject } = collectPredictions(BINARY, [window({ subject: "s2" }), window(), window()]);
    expect(subjects).toEqual(["s1", "s2"]);
    expect([...subject]).toEqual([1, 0, 0]);
  });

  it.each([
    [{ target: 2 }, "the target does not fit the task at 30 s: expected a class index from 0 to 1, got 1 (2)"],
    [{ target: Number.NaN }, "the target does not fit the task"],
    [{ target: [0, 1] }, "the target does not fit the task"],
    [{ output: [1] }, "the output does not fit the task at 30 s: expected 2 finite numbers, got 1 (1)"],
    [{ output: [Number.NaN, 1] }, "the output does not fit the task"],
    [{ output: [-0.5, 1.5] }, "the output is no probability at 30 s: expected 0 to 1"],
    [{ output: [0.9, 0.9] }, "the output is no probability at 30 s: expected a sum of 1"],
  ])("refuses %o", (changes, message) => {
    expect(() => collectPredictions(BINARY, [window(), window(changes)])).toThrow(
      expect.objectContaining({ tag: "UsageError", message: expect.stringContaining(message) }),
    );
  });

  it("takes probabilities of labels that do not sum to 1", () => {
    const task = taskOf("multilabel", 3);
    const row = window({ target: [1, 0, 1], output: [0.9, 0.9, 0] });
    expect(windowOf(collectPredictions(task, [row]), 0).target).toEqual([1, 0, 1]);
    expect(() => collectPredictions(task, [{ ...row, target: [1, 0, 2] }])).toThrow("expected 3 times 0 or 1");
  });

  it("refuses a task whose classes cannot be", () => {
    expect(() => collectPredictions(taskOf("binary", 3), [])).toThrow("expected two names, got c0, c1, c2");
  });
});

describe("the file of predictions", () => {
  const outputs = [
    [1 / 3, 2 / 3],
    [Math.fround(0.1), 1 - Math.fround(0.1)],
  ];
  const text = writePredictions(
    collectPredictions(
      BINARY,
      outputs.map((output) => window({ output })),
    ),
  );

  it("reads back the same numbers", () => {
    const again = readPredictions(text, "p.json");
    expect([...again.output]).toEqual(outputs.flat());
    expect(writePredictions(again)).toBe(text);
  });

  it.each([
    ["cut short", text.slice(0, -20), "p.json: is not JSON"],
    ["another file", "{}", "p.json: does not hold predictions: expected format panluna-predictions, version 1"],
    ["a number", "3", "got number"],
    ["no windows", text.replace('"windows":[', '"other":['), "wrong value at windows"],
    ["an unknown kind", text.replace('"binary"', '"trinary"'), "task.kind: expected one of binary"],
    ["a target that is text", text.replace('"target":1', '"target":"1"'), "at windows[0].target"],
    ["a subject that is none", text.replace('"subject":"s1"', '"subject":null'), "at windows[0].subject"],
    ["an output that is no array", text.replace(/"output":\[[^\]]*\]/, '"output":{"length":2}'), "windows[0].output"],
    [
      "a probability above 1",
      text.replace(/"output":\[[^\]]*\]/, '"output":[2,-1]'),
      "predictions for night.edf: the output",
    ],
  ])("with %s is refused", (_, broken, message) => {
    expect(() => readPredictions(broken, "p.json")).toThrow(
      expect.objectContaining({ tag: "FormatError", message: expect.stringContaining(message) }),
    );
  });
});
