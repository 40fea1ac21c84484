import { beforeEach, describe, expect, it } from "vitest";
import type { ComparisonRow } from "../../evaluate/index.ts";
import { type FakeWorld, fakeWorld } from "../fakeEffects.ts";
import { addRun, type FakeRun, openFakeStores, oppositeModel } from "./fakeRuns.ts";

const BOTH = [["FP1", "CZ", "II"]];
let world: FakeWorld;

beforeEach(() => {
  world = fakeWorld();
  openFakeStores(world);
});

async function evaluate(...argv: string[]): Promise<number> {
  world.out = "";
  world.err = "";
  return world.run("evaluate", ...argv, "--draws", "25");
}

async function resultOf(...argv: string[]) {
  expect({ code: await evaluate(...argv, "--json"), err: world.err }).toEqual({ code: 0, err: "" });
  return JSON.parse(world.out);
}

/** The runs of a cross-validation, for each of the seeds. */
function addFolds(folder: string, seeds: readonly number[], more: FakeRun = {}): void {
  for (const seed of seeds) {
    for (const fold of [0, 1]) {
      addRun(world, `${folder}/s${seed}/f${fold}`, { ...more, seed, split: { folds: 2, fold, seed: 0 } });
    }
  }
  world.folders.add(folder);
}

const namesOf = (rows: readonly ComparisonRow[]): string[] => rows.map(({ name }) => name);

describe("evaluate --against", () => {
  it("gives each rival its metrics, and the model minus it on the same draws", async () => {
    addRun(world, "runs/pretrained");
    addRun(world, "runs/scratch", { model: oppositeModel, seed: 5 });
    const { comparison, rivals } = await resultOf(
      "runs/pretrained",
      "--against",
      "runs/scratch",
      "--baseline",
      "prior",
    );
    expect(namesOf(comparison.window)).toEqual(["the model", "scratch", "prior"]);
    expect(rivals).toEqual([{ name: "scratch", models: [{ name: "scratch", seed: 5 }] }]);
    const [model, rival] = comparison.window;
    expect(rival.about).toBe("1 trained model of seed 5");
    const { auroc } = model.metrics;
    expect(auroc.low).toBeLessThan(auroc.high);
    // who says the opposite ranks the other way round, in every draw: the areas A and 1 − A differ by 2 A − 1
    expect(rival.metrics.auroc.value).toBeCloseTo(1 - auroc.value, 12);
    for (const end of ["value", "low", "high"]) expect(rival.difference.auroc[end]).toBeCloseTo(2 * auroc[end] - 1, 12);
  });

  it("compares means over the seeds of each side, which need not be the same or as many", async () => {
    addFolds("runs/pretrained", [1, 2]);
    addFolds("runs/scratch", [7]);
    addFolds("runs/scratch", [8, 9], { model: oppositeModel });
    addFolds("runs/single", [4], { model: oppositeModel });
    const argv = ["runs/pretrained", "--against", "runs/scratch,runs/single"];
    const { comparison, seeds, rivals, summary } = await resultOf(...argv, "--average-seeds");
    expect(summary.windows).toBe(48);
    expect(seeds.seeds.map(({ seed }: { seed: number }) => seed)).toEqual([1, 2]);
    expect(rivals[0].models.at(-1)).toEqual({ name: "f1 (3) of scratch", seed: 9 });
    const [model, scratch, single] = comparison.window;
    expect([scratch.about, single.about]).toEqual(["6 trained models of seeds 7, 8, 9", "2 trained models of seed 4"]);
    const apart = 2 * model.metrics.auroc.value - 1; // between one seed and its opposite; two of three seeds are such
    expect(single.difference.auroc.value).toBeCloseTo(apart, 12);
    for (const end of ["value", "low", "high"]) {
      expect(scratch.difference.auroc[end]).toBeCloseTo((2 / 3) * single.difference.auroc[end], 12);
    }
    const turned = await resultOf("runs/single", "--against", "runs/pretrained", "--average-seeds");
    expect(turned.seeds).toBe(undefined);
    expect(turned.comparison.window[1].difference.auroc.value).toBeCloseTo(-apart, 12);
    expect(await evaluate(...argv)).toBe(1);
    expect(world.err).toContain("was predicted by f0 (1) and by f0 (2)");
  });

  it("puts rivals into the text and the page, under names of their own", async () => {
    for (const name of ["model", "a/prior", "b/scratch", "c/scratch"]) addRun(world, `runs/${name}`);
    const argv = ["--against", "runs/a/prior,runs/b/scratch", "--against", "runs/c/scratch", "--baseline", "prior"];
    expect(await evaluate("runs/model", ...argv, "--output", "out")).toBe(0);
    expect(world.out).toMatch(/Beside other ways, per window\n/);
    expect(world.out).toMatch(/prior \(2\) +0\.\d+ \[.*\n.*scratch \(1\) +0\.\d+ \[.*\n.*scratch \(2\) +0\./);
    const page = new TextDecoder().decode(world.files.get("out/report.html"));
    expect(page).toContain("scratch (2): 1 trained model of seed 1.");
    expect(page).not.toMatch(/NaN|undefined|\[object/);
  });

  it("lets rivals see other sensors of the same windows", async () => {
    openFakeStores(world, undefined, BOTH);
    addRun(world, "runs/both");
    addRun(world, "runs/ecg", { task: { sensors: ["ecg"] } });
    const { comparison } = await resultOf("runs/both", "--against", "runs/ecg");
    expect(comparison.window[1].about).toBe("1 trained model of seed 1 on ECG");
    expect(comparison.window[1].metrics.logLoss.value).not.toBe(comparison.window[0].metrics.logLoss.value);
    expect(await evaluate("runs/ecg", "--against", "runs/both", "--sensors", "eeg")).toBe(1);
    expect(world.err).toContain("ecg was not trained with eeg");
  });

  it.each<[string, FakeRun, string[], string]>([
    ["another task", { task: { nTimes: 32 } }, [], "rival: is of another task than model: expected half, binary"],
    [
      "other people",
      { split: { folds: 3, fold: 0, seed: 0 } },
      [],
      "rival: is not of the same windows as the model: expected the 12 windows",
    ],
    ["fewer windows", { task: { sensors: ["ecg"] } }, [], "got 6 windows: 6 missing, 0 others"],
    ["people of the training", {}, ["--split", "train"], "was trained on people of the split train"],
    ["everybody", {}, ["--split", "all"], "Leave --split out"],
    ["another split than its own", {}, ["--folds", "3", "--fold", "0"], "has its own split"],
  ])("refuses a rival with %s before anything is run", async (_, rival, argv, message) => {
    Object.assign(world.effects, { createSession: () => Promise.reject(new Error("a model was run")) });
    addRun(world, "runs/model");
    addRun(world, "runs/rival", rival);
    expect(await evaluate("runs/model", "--against", "runs/rival", ...argv)).toBe(1);
    expect(world.err).toContain(message);
  });

  it("takes everybody of other data than both were trained on", async () => {
    for (const name of ["model", "rival"]) addRun(world, `runs/${name}`, { fingerprint: "other" });
    const argv = ["--against", "runs/rival", "--store", "stores/new", "--split", "all", "--json"];
    expect(await evaluate("runs/model", ...argv)).toBe(0);
    expect(JSON.parse(world.out).comparison.windows).toBe(48);
  });
});
