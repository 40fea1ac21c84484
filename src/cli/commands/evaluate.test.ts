import { beforeEach, describe, expect, it } from "vitest";
import { SMALL, smallModel } from "../../../test/smallModel.ts";
import { encoderChange, headBytes } from "../../../test/standInWeights.ts";
import { packWeights } from "../../../weights/make/packWeights.ts";
import { readPredictions, windowOf } from "../../evaluate/index.ts";
import { writeStateDict } from "../../model/stateDict.ts";
import type { SplitName } from "../../store/index.ts";
import { encoderDigest, writeHead } from "../../task/index.ts";
import { digestOf } from "../../train/run/node.ts";
import { addRun, fakeCheckpoint, fakeModel, fakeTask, openFakeStores, storeOf } from "../evaluate/fakeRuns.ts";
import { type FakeWorld, fakeWorld } from "../fakeEffects.ts";

let world: FakeWorld;
let closed: number;

beforeEach(() => {
  world = fakeWorld();
  closed = 0;
  openFakeStores(world, () => void closed++);
});

const text = (path: string) => new TextDecoder().decode(world.files.get(path));
const evaluate = async (...argv: string[]) => {
  world.out = "";
  world.err = "";
  return world.run("evaluate", ...argv);
};
const resultOf = async (...argv: string[]) => {
  expect(await evaluate(...argv, "--draws", "20", "--json")).toBe(0);
  return JSON.parse(world.out);
};

describe("panluna evaluate", () => {
  it("judges a run on the subjects of its test split, with intervals", async () => {
    addRun(world, "runs/f0");
    expect(await evaluate("runs/f0", "--draws", "20")).toBe(0);
    expect(world.out).toMatch(
      /^half: f0\n {2}first half or second; split test: 12 windows, 3 recordings, 3 subjects\n/,
    );
    expect(world.out).toMatch(/Balanced accuracy {2,}\d\.\d{3} \[/);
    expect(world.err).toBe("");
    expect(closed).toBe(1);
    const { summary, models, stores } = await resultOf("runs/f0");
    expect(summary.perSubject.map(({ subject }: { subject: string }) => subject)).toEqual(["s11", "s3", "s7"]);
    expect({ models, stores }).toEqual({ models: [{ name: "f0", seed: 1 }], stores: ["waves"] });
  });

  it("writes a page, its numbers and the predictions, together or not at all", async () => {
    addRun(world, "runs/f0");
    expect(
      await evaluate("runs/f0", "--draws", "20", "--output", "out", "--baseline", "prior,linear", "--ablation"),
    ).toBe(0);
    expect(world.out).toContain("Wrote out/report.html, out/report.json, out/predictions.json");
    const page = text("out/report.html");
    for (const part of ["Which sensors it takes", "Beside other ways", "example windows", "split test"]) {
      expect(page).toContain(part);
    }
    expect(page).not.toMatch(/NaN|undefined|\[object/);
    const predictions = readPredictions(text("out/predictions.json"), "p");
    expect(predictions.count).toBe(12);
    expect(windowOf(predictions, 0)).toMatchObject({ subject: "s3", recording: "r", onset: 12, layout: "layout0" });
    const report = JSON.parse(text("out/report.json"));
    expect(report.ablation.rows.map((row: { sensors: string[] }) => row.sensors)).toEqual([
      ["ecg", "eeg"],
      ["ecg"],
      ["eeg"],
    ]);
    expect(report.ablation.windows).toBe(6);
    expect(report.comparison.window.map((row: { name: string }) => row.name)).toEqual(["the model", "prior", "linear"]);
    const full = fakeWorld();
    Object.assign(full.effects, {
      ...world.effects,
      createFile: full.effects.createFile,
      makeFolder: async () => {
        throw new Error("disk full");
      },
    });
    expect(await full.run("evaluate", "runs/f0", "--draws", "5", "--output", "out")).toBe(1);
    expect(full.files.size).toBe(0);
  });

  it("shows the model fewer sensors, and leaves out windows that have none of them", async () => {
    addRun(world, "runs/f0");
    const { summary, sensors } = await resultOf("runs/f0", "--sensors", "ecg");
    expect({ windows: summary.windows, sensors }).toEqual({ windows: 6, sensors: ["ecg"] });
  });

  it("pools the folds of a cross-validation, and refuses windows that come twice", async () => {
    for (const fold of [0, 1, 2]) addRun(world, `runs/f${fold}`, { split: { folds: 3, fold, seed: 0 } });
    world.folders.add("runs");
    const { summary, models } = await resultOf("runs", "--baseline", "prior");
    expect({ windows: summary.windows, subjects: summary.subjects, models: models.length }).toEqual({
      windows: 48,
      subjects: 12,
      models: 3,
    });
    expect(closed).toBe(1);
    expect(await evaluate("runs/f0", "runs/f0")).toBe(1);
    expect(world.err).toMatch(/was predicted by f0 \(1\) and by f0 \(2\) at \d+ s: expected each window once/);
  });

  it("averages seeds, and says what each of them reaches", async () => {
    for (const seed of [1, 2]) {
      for (const fold of [0, 1, 2])
        addRun(world, `runs/s${seed}f${fold}`, { seed, split: { folds: 3, fold, seed: 0 } });
    }
    world.folders.add("runs");
    expect(await evaluate("runs", "--draws", "5")).toBe(1);
    expect(world.err).toContain("one at a time, or average them");
    const { seeds, summary, comparison } = await resultOf(
      "runs",
      "--average-seeds",
      "--baseline",
      "prior",
      "--ablation",
    );
    expect(seeds.seeds.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2]);
    expect(seeds.mean.auroc).toEqual({
      value: summary.levels.window.metrics.auroc.value,
      low: expect.any(Number),
      high: expect.any(Number),
    });
    expect(comparison.window.map(({ name }: { name: string }) => name)).toEqual(["the model", "prior"]);
    expect(summary.windows).toBe(48);
    expect(await evaluate("runs", "--average-seeds", "--draws", "5", "--output", "out")).toBe(0);
    expect(world.out).toMatch(/Each seed, per window\n {2}metric +mean +seed 1 {2}seed 2\n/);
    expect(text("out/report.html")).toContain("mean of the seeds");
    expect(await evaluate("runs/s1f0", "--average-seeds")).toBe(1);
    expect(world.err).toContain("a mean over seeds needs several: expected two seeds or more, each once, got 1");
  });

  it("lets a baseline learn from the people that the model learned from, and follows the seeds that drew them", async () => {
    const ofPrior = async (...argv: string[]) => {
      const { comparison } = await resultOf(...argv, "--baseline", "prior");
      return comparison.window[1].metrics.logLoss.value;
    };
    /** Nats per window of a prior that saw p of the second class, on people of whom s3 is of the first class and s7, s11 are not. */
    const loss = (p: number) => -(Math.log(1 - p) + 2 * Math.log(p)) / 3;
    addRun(world, "runs/all");
    expect(await ofPrior("runs/all")).toBeCloseTo(loss(4 / 9), 6); // s0, s1, s4, s5, s8, s9 train; s2, s6, s10 validate
    for (const seed of [1, 2]) addRun(world, `few/s${seed}`, { seed, people: 0.01 });
    expect(await ofPrior("few/s1")).toBeCloseTo(loss(3 / 5), 6); // one of each class, and those who validate
    const { officialSplit } = storeOf();
    const of = (split: SplitName) => [...officialSplit.keys()].filter((name) => officialSplit.get(name) === split);
    const split = { a: { train: of("train"), val: of("val"), test: of("test") } };
    world.files.set("other.json", new TextEncoder().encode(JSON.stringify(split)));
    expect(await ofPrior("few/s1", "--store", "a", "--split-file", "other.json")).toBeCloseTo(loss(4 / 9), 6);
    world.folders.add("few");
    expect(await ofPrior("few", "--average-seeds")).toBeCloseTo(loss(3 / 5), 6);
  });

  it("takes a file with stores and a split, or an encoder with a head", async () => {
    world.files.set("best.safetensors", fakeCheckpoint());
    const { summary } = await resultOf("best.safetensors", "--store", "stores/waves", "--split", "all");
    expect(summary.windows).toBe(48);
    const digest = await encoderDigest(fakeModel.weights);
    world.files.set(
      "head.safetensors",
      writeHead(fakeModel.weights, fakeTask, { encoder: { sizes: SMALL, digest }, panluna: "1" }),
    );
    world.files.set("encoder.safetensors", writeStateDict(fakeModel.weights));
    const head = ["--encoder", "encoder.safetensors", "--head", "head.safetensors", "--store", "a"];
    const joined = await resultOf(...head, "--split", "all");
    expect(joined.summary.levels).toEqual(summary.levels);
    world.files.set("encoder.safetensors", writeStateDict(smallModel({ kind: "none" }, SMALL).weights));
    const drawn = await resultOf(...head, "--val", "0.25", "--test", "0.5", "--split-seed", "3");
    expect(drawn.summary.subjects).toBe(6);
  });

  it("takes a task that comes with the package by its name, unless a file has that name", async () => {
    const bare = await packWeights(new Map(), encoderChange(), "1.0.0");
    const bytes = await headBytes(bare.get("encoder.safetensors")!, fakeTask, false);
    const tasks = new Map([["first-half", { name: "head.safetensors", bytes }]]);
    for (const [file, content] of await packWeights(bare, { tasks }, "1.0.0")) {
      world.files.set(`package/weights/${file}`, content);
    }
    const { models, summary } = await resultOf("first-half", "--store", "stores/waves");
    expect({ models, windows: summary.windows }).toEqual({ models: [{ name: "first-half" }], windows: 12 });
    addRun(world, "runs/f0");
    const { comparison } = await resultOf("runs/f0", "--against", "first-half", "--store", "stores/waves");
    expect(comparison.window[1].name).toBe("first-half");
    expect(await evaluate("second-half", "--store", "stores/waves")).toBe(1);
    expect(world.err).toContain("second-half: is no task that comes with this package: expected one of first-half");
    world.files.set("first-half", new Uint8Array(9));
    expect(await evaluate("first-half", "--store", "stores/waves")).toBe(1);
    expect(world.err).toContain("first-half: has an impossible header length");
  });

  it("refuses a split file that was changed after the training: people that it has seen could test it", async () => {
    const { subjects } = storeOf();
    const text = JSON.stringify({ train: subjects.slice(0, 6), val: subjects.slice(6, 9), test: subjects.slice(9) });
    world.files.set("split.json", new TextEncoder().encode(text));
    addRun(world, "runs/f0", { split: { file: "split.json" }, splitDigest: digestOf({ split: text }) });
    expect((await resultOf("runs/f0")).summary.subjects).toBe(3);
    const turned = JSON.stringify({ test: subjects.slice(0, 6), val: subjects.slice(6, 9), train: subjects.slice(9) });
    world.files.set("split.json", new TextEncoder().encode(turned));
    expect(await evaluate("runs/f0", "--draws", "5")).toBe(1);
    expect(world.err).toContain("split.json: was changed after f0 was trained");
    world.files.set("other.json", new TextEncoder().encode(turned));
    expect(await evaluate("runs/f0", "--store", "a", "--split-file", "other.json", "--draws", "5")).toBe(0);
  });

  it("warns where results say nothing about new people", async () => {
    addRun(world, "runs/f0", { fingerprint: "other" });
    expect(await evaluate("runs/f0", "--split", "train", "--draws", "5")).toBe(0);
    expect(world.err).toContain("f0 was trained on other data than waves holds");
    expect(world.err).toContain("f0 has seen these people in training");
  });

  it("stops when it is told to, and leaves nothing", async () => {
    addRun(world, "runs/f0");
    const { createSession } = world.effects;
    Object.assign(world.effects, {
      createSession: (...args: Parameters<typeof createSession>) => {
        world.controller.abort(new Error("stopped"));
        return createSession(...args);
      },
    });
    const files = world.files.size;
    expect(await evaluate("runs/f0", "--output", "out")).toBe(130);
    expect({ files: world.files.size, closed }).toEqual({ files, closed: 1 });
  });

  it.each<[string, (w: FakeWorld) => void, string[], string]>([
    ["nothing named", () => {}, [], "evaluate: no model: expected the folder of a run of finetune"],
    ["a folder without a run", (w) => w.folders.add("x"), ["x"], "x: holds no run"],
    [
      "a run that has no best weights",
      (w) => w.files.delete("r/best.safetensors"),
      ["r"],
      "r: has no best.safetensors yet",
    ],
    ["a file without stores", () => {}, ["r/best.safetensors"], "comes without its run. Name the stores"],
    ["an empty split", () => {}, ["r", "--store", "a", "--val", "0.5"], "no window to judge it on in the split test"],
    ["the counts of the splits", () => {}, ["r", "--store", "a", "--val", "0.5"], "got train 24, val 24, test 0"],
    ["another split for a run", () => {}, ["r", "--folds", "3", "--fold", "0"], "r: has its own split"],
    ["two splits", () => {}, ["r", "--store", "a", "--folds", "3", "--val", "0.5"], "more than one way to divide"],
    [
      "a fold that is none",
      () => {},
      ["r", "--store", "a", "--folds", "3", "--fold", "3"],
      "--fold: is not one of the folds: expected 0 to 2, got 3",
    ],
    ["a head alone", () => {}, ["--head", "h"], "an encoder and a head go together"],
    [
      "runs of different tasks",
      (w) => addRun(w, "q", { task: { nTimes: 32 } }),
      ["r", "q"],
      "q: is of another task than r",
    ],
    [
      "sensors never seen",
      (w) => addRun(w, "q", { task: { sensors: ["eeg"] } }),
      ["q", "--sensors", "ecg"],
      "q was not trained with ecg",
    ],
    ["an ablation of one sensor", () => {}, ["r", "--ablation", "--sensors", "eeg"], "there is one sensor only"],
    [
      "a heart rate for classes",
      () => {},
      ["r", "--baseline", "rate"],
      "says heart rates, and the task asks for something else",
    ],
    [
      "a baseline without people",
      () => {},
      ["r", "--baseline", "prior", "--split", "train"],
      "there is nobody to train it on",
    ],
    [
      "a task that the store lacks",
      (w) => addRun(w, "q", { task: { name: "sleep" } }),
      ["q"],
      "waves: has no labels of the task",
    ],
    ["a file for a folder", (w) => w.files.set("f", new Uint8Array(1)), ["r", "--output", "f"], "--output: is a file"],
  ])("refuses %s", async (_, change, argv, message) => {
    addRun(world, "r");
    change(world);
    expect(await evaluate(...argv)).toBe(1);
    expect(world.err).toContain(message);
    expect([...world.files.keys()].some((path) => path.includes("report"))).toBe(false);
  });
});
