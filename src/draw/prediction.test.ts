import { describe, expect, it } from "vitest";
import { textsOf, xmlProblem } from "../../test/wellFormed.ts";
import { UsageError } from "../errors.ts";
import { summarize } from "../runtime/prediction/summary.ts";
import type { TrainedTask } from "../task/index.ts";
import { cellsOf } from "./predictedCells.ts";
import { type PredictionData, predictionSvg } from "./prediction.ts";
import type { RecordingPicture } from "./recording.ts";

const NAMES = ["CZ", "<b>&II"];
const signals: RecordingPicture = {
  title: "clip.edf",
  from: 0,
  duration: 20,
  channels: NAMES.map((name, c) => ({
    name,
    unit: "uV",
    sensor: c === 0 ? "eeg" : "ecg",
    sfreq: 50,
    samples: Float64Array.from({ length: 1000 }, (_, i) => Math.sin(i / 5)),
  })),
};
const used = NAMES.map((name, plus) => ({
  name,
  sensor: plus === 0 ? ("eeg" as const) : ("ecg" as const),
  location: [0, 0, 0],
  plus,
  sfreq: 50,
  unit: "uV",
  scale: 1,
}));
const contract = { used, dropped: [], renamed: [], derived: [], resampled: [], upsampled: [], unitsConverted: [] };
const stage: TrainedTask = {
  name: "stage",
  spec: { kind: "multiclass", title: "Stages", classes: ["W<", "N", "R"] },
  nTimes: 1280,
};
const rate: TrainedTask = {
  name: "rate",
  spec: { kind: "regression", title: "Heart rate", classes: [], unit: "bpm" },
  nTimes: 1280,
};

function data(task: TrainedTask, outputs: number[], change: Partial<PredictionData> = {}): PredictionData {
  const width = task.spec.classes.length || 1;
  const bad = { name: "CZ", flags: ["flat" as const], bad: true };
  const windows = Array.from({ length: outputs.length / width }, (_, w) => ({
    onset: 5 * w,
    duration: 5,
    flagged: w === 2 ? [bad, { ...bad, name: NAMES[1] }] : [],
    counts: w !== 2,
  }));
  const counts = windows.map((window) => window.counts);
  const summary = summarize(Float64Array.from(outputs), task, counts);
  return { task, outputs: Float64Array.from(outputs), windows, summary, contract, trained: true, ...change };
}
const stages = (change?: Partial<PredictionData>) =>
  data(stage, [0.8, 0.1, 0.1, 0.2, 0.5, 0.3, 0.1, 0.1, 0.8, 0.6, 0.2, 0.2], change);

/** Height of each bar of paths with an opacity, px. */
const barsOf = (svg: string, opacity: number): number[] =>
  [...svg.matchAll(new RegExp(`class="marked" fill-opacity="${opacity}" d="([^"]*)"`, "g"))].flatMap(([, d]) =>
    [...d.matchAll(/M\S+ (\S+?)V(\S+?)H/g)].map(([, floor, top]) => Number(floor) - Number(top)),
  );

describe("predictionSvg", () => {
  it("draws probabilities to scale, strong where a window decides, nothing where it does not count", () => {
    const svg = predictionSvg(stages(), signals);
    expect(xmlProblem(svg)).toBeUndefined();
    const [strong, faint] = [barsOf(svg, 0.85), barsOf(svg, 0.28)];
    const unit = 44; // px that a probability of 1 takes
    [0.8, 0.6, 0.5].forEach((p, i) => void expect(strong[i]).toBeCloseTo(p * unit, 0.5));
    [0.2, 0.1, 0.2, 0.1, 0.3, 0.2].forEach((p, i) => void expect(faint[i]).toBeCloseTo(p * unit, 0.5));
    expect([strong.length, faint.length]).toEqual([3, 6]);
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["clip.edf: stage", "W&lt;", "80 %", "53 %"]));
    expect(svg).toBe(predictionSvg(stages(), signals));
  });

  it("has one time axis, shades bad channels and windows, and says how many do not count", () => {
    const svg = predictionSvg(stages(), signals);
    expect(textsOf(svg).filter((text) => text === "10 s")).toHaveLength(1);
    expect(svg.match(/class="bad"/g)).toHaveLength(2); // the signals', the outputs'
    expect(textsOf(svg).join()).toMatch(/Shaded: flat.*1 windows with every channel bad do not count/);
  });

  it("says of a reduced answer that it is one, and of untrained weights that they are", () => {
    const reduced = { sensors: ["ppg" as const], channels: ["PPG", "II"], of: 4 };
    const text = textsOf(predictionSvg(stages({ reduced }), signals)).join();
    expect(text).toContain("Reduced answer: without PPG, 2 of 4 training channels");
    expect(textsOf(predictionSvg(stages({ trained: false }), signals)).join()).toContain("Untrained weights");
  });

  it("shows where the queries look", () => {
    const attention = { scores: Float64Array.of(0.25, 0.75, 0.5, 0.5), numQueries: 2 };
    const svg = predictionSvg(stages({ attention }), signals);
    expect(xmlProblem(svg)).toBeUndefined();
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["Query 2", "75%", "Share of each sensor"]));
  });

  it("draws values with their unit, mean and interval", () => {
    const svg = predictionSvg(data(rate, [60, 62, 200, 64, 66, 68, 70]), { ...signals, duration: 35 });
    expect(xmlProblem(svg)).toBeUndefined();
    expect(textsOf(svg)).toEqual(expect.arrayContaining(["65 bpm", "rate in bpm; dashed: mean of the recording"]));
    const steps = /class="line mark bold" d="([^"]*)"/.exec(svg)![1];
    expect(steps.match(/M/g)).toHaveLength(2); // a gap where the third window does not count
    expect(steps.match(/H/g)).toHaveLength(6);
    expect(svg).toContain('class="band marked"');
  });

  it("can draw one window, a constant, and no window that counts", () => {
    for (const outputs of [[70], [70, 70, 70]]) {
      expect(xmlProblem(predictionSvg(data(rate, outputs), signals))).toBeUndefined();
    }
    const none = data(rate, [70]);
    const summary = summarize(none.outputs!, rate, [false]);
    const windows = none.windows.map((window) => ({ ...window, counts: false }));
    const svg = predictionSvg({ ...none, summary, windows }, signals);
    expect(xmlProblem(svg)).toBeUndefined();
    expect(svg).not.toContain("NaN");
  });

  it("stays below 500 kB for a night of overlapping windows", () => {
    const count = 20_000;
    const outputs = new Float64Array(3 * count).fill(1 / 3);
    const windows = Array.from({ length: count }, (_, w) => ({
      onset: w,
      duration: 5,
      flagged: [],
      counts: w % 7 > 0,
    }));
    const counts = windows.map((window) => window.counts);
    const night = { ...stages(), outputs, windows, summary: summarize(outputs, stage, counts) };
    expect(predictionSvg(night, { ...signals, duration: count + 4 }).length).toBeLessThan(5e5);
  });

  it("refuses a prediction without task", () => {
    expect(() => predictionSvg({ ...stages(), task: undefined }, signals)).toThrow(UsageError);
  });
});

describe("windows as cells", () => {
  it("meet half way between the middles of windows that overlap, and keep gaps", () => {
    const at = (onset: number) => ({ onset, duration: 8, counts: true });
    const cells = cellsOf({ windows: [0, 2, 20].map(at), outputs: [1, 2, 3] }, rate.spec);
    expect(cells.map(({ from, to }) => [from, to])).toEqual([
      [0, 5],
      [5, 10],
      [20, 28],
    ]);
  });

  it("share one where there are too many, as their mean without those that do not count", () => {
    const windows = Array.from({ length: 1200 }, (_, w) => ({ onset: w, duration: 1, counts: w !== 0 }));
    const cells = cellsOf({ windows, outputs: windows.map((_, w) => w) }, rate.spec);
    expect(cells).toHaveLength(600);
    expect(cells[0]).toEqual({ from: 0, to: 2, outputs: [1], decided: [], counts: true });
    expect(cells[1].outputs).toEqual([2.5]);
  });
});
