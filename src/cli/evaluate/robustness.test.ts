import { beforeEach, describe, expect, it } from "vitest";
import { addNoise, keepAtRandom } from "../../evaluate/index.ts";
import { randomStream } from "../../model/index.ts";
import type { LoadedMicroBatch } from "../../train/loader/index.ts";
import { type FakeWorld, fakeWorld } from "../fakeEffects.ts";
import { addRun, openFakeStores, oppositeModel, storeOf } from "./fakeRuns.ts";
import { disturbWith } from "./robustness.ts";

const WIDE = ["FP1", "CZ", "II", "PPG"];
const MIXED = [WIDE, ["FP1", "CZ"]];
let world: FakeWorld;

beforeEach(() => {
  world = fakeWorld();
  openFakeStores(world, undefined, MIXED);
});

async function resultOf(...argv: string[]) {
  world.out = "";
  world.err = "";
  const code = await world.run("evaluate", ...argv, "--robustness", "--draws", "20", "--json");
  expect({ code, err: world.err }).toEqual({ code: 0, err: "" });
  return JSON.parse(world.out);
}

interface Curve {
  kind: string;
  windows: number;
  rows: { level?: number | string; metrics: Record<string, { value: number }>; difference?: object }[];
}

const lossesOf = ({ rows }: Curve) => rows.map(({ metrics }) => metrics["logLoss"].value);

describe("evaluate --robustness", () => {
  it("measures each kind of disturbance on the windows that it is for", async () => {
    addRun(world, "runs/r");
    const { robustness, summary } = await resultOf("runs/r");
    const [channels, noise, sensors]: Curve[] = robustness.curves;
    expect([channels, noise, sensors].map(({ kind, windows }) => [kind, windows])).toEqual([
      ["channels", 6], // those with 4 channels
      ["noise", 12],
      ["sensors", 6], // those with every sensor
    ]);
    expect(channels.rows.map(({ level }) => level)).toEqual([undefined, 0.25, 0.5, 0.75]);
    expect(noise.rows.map(({ level }) => level)).toEqual([undefined, 20, 10, 5, 0]);
    expect(sensors.rows.map(({ level }) => level)).toEqual([undefined, "ecg", "eeg", "ppg"]);
    expect(lossesOf(noise)[0]).toBe(summary.levels.window.metrics.logLoss.value);
    expect(lossesOf(channels)[0]).toBe(lossesOf(sensors)[0]);
    for (const curve of [channels, noise, sensors]) expect(new Set(lossesOf(curve)).size).toBe(curve.rows.length);
  });

  it("says of a missing sensor what the ablation says", async () => {
    addRun(world, "runs/r");
    const { robustness, ablation } = await resultOf("runs/r", "--ablation");
    const alone = await resultOf("runs/r");
    expect(alone.robustness).toEqual(robustness);
    const { metrics } = ablation.rows.find((row: { sensors: string[] }) => row.sensors.join() === "eeg,ppg");
    expect(robustness.curves[2].rows[1]).toMatchObject({ level: "ecg", metrics });
  });

  it("disturbs a window the same whatever the micro-batch, and otherwise from another seed", async () => {
    addRun(world, "runs/r");
    const curvesOf = async (...argv: string[]): Promise<Curve[]> =>
      (await resultOf("runs/r", ...argv)).robustness.curves;
    const [first, single, other] = [await curvesOf(), await curvesOf("--batch", "1"), await curvesOf("--seed", "1")];
    first.forEach((curve, i) => {
      lossesOf(curve).forEach((loss, k) => void expect(lossesOf(single[i])[k]).toBeCloseTo(loss, 5));
    });
    const lost = (curves: Curve[]) => lossesOf(curves[1]).slice(1);
    lost(first).forEach((loss, k) => void expect(lost(other)[k]).not.toBeCloseTo(loss, 5));
    expect(lossesOf(other[2])).toEqual(lossesOf(first[2])); // nothing is drawn for a sensor
  });

  it("takes folds and seeds: their mean, on the same disturbed windows", async () => {
    for (const fold of [0, 1]) {
      addRun(world, `runs/s1f${fold}`, { seed: 1, split: { folds: 2, fold, seed: 0 } });
      addRun(world, `runs/s2f${fold}`, { seed: 2, split: { folds: 2, fold, seed: 0 }, model: oppositeModel });
    }
    world.folders.add("runs");
    const { robustness } = await resultOf("runs", "--average-seeds");
    expect(robustness.curves.map(({ windows }: Curve) => windows)).toEqual([24, 48, 24]);
    // one seed says the opposite of the other: the mean of their areas is 1/2 on the same windows, however disturbed
    for (const { rows } of robustness.curves as Curve[]) {
      for (const { metrics } of rows) expect(metrics["auroc"].value).toBeCloseTo(0.5, 12);
    }
  });

  it("leaves out what there is no window for, also with the sensors that are shown", async () => {
    openFakeStores(world, undefined, [["FP1", "CZ", "FP2"]]);
    addRun(world, "runs/r", { fingerprint: "other" });
    expect(await world.run("evaluate", "runs/r", "--robustness", "--draws", "5", "--output", "out")).toBe(0);
    expect(world.out).toMatch(/White noise added, 12 windows\n/);
    expect(world.out).not.toMatch(/Channels removed|A sensor missing/);
    expect(new TextDecoder().decode(world.files.get("out/report.html"))).toContain("When the input is worse");
    const report = JSON.parse(new TextDecoder().decode(world.files.get("out/report.json")));
    expect(report.robustness.curves.map(({ kind }: Curve) => kind)).toEqual(["noise"]);
    openFakeStores(world, undefined, MIXED);
    addRun(world, "runs/q");
    const { robustness } = await resultOf("runs/q", "--sensors", "eeg,ecg");
    expect(robustness.curves.map(({ kind }: Curve) => kind)).toEqual(["noise", "sensors"]);
  });
});

describe("disturbWith", () => {
  const store = storeOf("waves", [WIDE]);
  const { channels } = store.layouts[0];
  const x = randomStream(1, "x").normal(0, 2 * 4 * 64);
  const rows = Uint32Array.of(7, 40);
  const place = { place: 0, corpus: 0, labels: new Map() };
  const micro: LoadedMicroBatch = { x, shape: [2, 4, 64], channels, rows, indices: Uint32Array.of(3, 4), ...place };
  const streamOf = (kind: string, w: number) => randomStream(9, `robustness/${kind}/s${w === 0 ? 1 : 10}/r/${rows[w]}`);

  it("removes channels of each window by itself, with their names and places", () => {
    const parts = disturbWith({ kind: "channels", level: 0.5 }, 9)(micro, store);
    expect(parts.map(({ indices }) => [...indices])).toEqual([[3], [4]]);
    parts.forEach((part, w) => {
      const kept = keepAtRandom(4, 0.5, streamOf("channels", w));
      expect(part.shape).toEqual([1, 2, 64]);
      expect(part.channels).toEqual(kept.map((c) => channels[c]));
      kept.forEach((c, i) => {
        expect(part.x.subarray(i * 64, (i + 1) * 64)).toEqual(x.subarray((w * 4 + c) * 64, (w * 4 + c + 1) * 64));
      });
    });
  });

  it("adds noise to each window by itself", () => {
    const [part] = disturbWith({ kind: "noise", level: 5 }, 9)(micro, store);
    expect({ ...part, x }).toEqual(micro);
    for (const w of [0, 1]) {
      const [from, to] = [w * 256, (w + 1) * 256];
      expect(part.x.subarray(from, to)).toEqual(addNoise(x.subarray(from, to), 4, 5, streamOf("noise", w)));
    }
  });
});
