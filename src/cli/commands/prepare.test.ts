import { describe, expect, it } from "vitest";
import type { PrepareResult } from "../../datasets/prepare/index.ts";
import { fakeWorld } from "../fakeEffects.ts";
import type { PrepareJob } from "../prepare/job.ts";
import type { PreparedDataset, PrepareOptions } from "../prepare/prepareDataset.ts";

const REPORT: PrepareResult = {
  parts: 5,
  recordings: 5,
  subjects: 3,
  windows: 1340,
  hours: 1.861,
  resumed: 2,
  sensors: { eeg: { windows: 1340, hours: 1.861 }, ecg: { windows: 1244, hours: 1.728 } },
  layouts: [
    { sensors: { eeg: 2, ecg: 1 }, channels: ["CZ", "PZ", "I"], windows: 1244, hours: 1.728 },
    { sensors: { eeg: 2 }, channels: ["CZ", "PZ"], windows: 96, hours: 0.133 },
  ],
  hoursBySubject: { a: 1, b: 0.5, c: 0.361 },
  splits: { train: { subjects: 2, windows: 1000 }, val: { subjects: 1, windows: 340 } },
  labels: {
    arithmetic: { rest: 1005, arithmetic: 335 },
    findings: { x: 3, "(none)": 4 },
    rate: { values: 4, sum: 300 },
  },
  sensorsLeftOut: { "ecg: small": 96 },
  dropped: { "quality below 0.5": 4 },
  leftovers: { "after the last window": 0.0275 },
  unreadable: [
    { recording: "bad.edf", reason: "bad.edf: is empty", windows: 0 },
    { recording: "cut.edf", reason: "cut.edf: ends early", windows: 1 },
  ],
  warnings: [{ recording: "odd.edf", warning: "One thing was odd." }],
};

const PREPARED: PreparedDataset = {
  report: REPORT,
  settings: { windowSeconds: 5, hopSeconds: 5, samples: "int16", qualityMin: 0.5 },
  tasks: {
    arithmetic: { kind: "binary", title: "", classes: ["rest", "arithmetic"] },
    findings: { kind: "multilabel", title: "", classes: ["x"] },
    rate: { kind: "regression", title: "", classes: [], unit: "bpm" },
  },
  workers: 2,
};

function worldOf(work: (options: PrepareOptions) => Promise<PreparedDataset> = async () => PREPARED) {
  const asked: { job?: PrepareJob; options?: PrepareOptions } = {};
  const world = fakeWorld();
  Object.assign(world.effects, {
    now: () => 0,
    prepareDataset(job: PrepareJob, options: PrepareOptions) {
      Object.assign(asked, { job, options });
      return work(options);
    },
  });
  return { world, asked };
}

describe("panluna prepare", () => {
  it("tells what is in the store, and what is not and why", async () => {
    const { world } = worldOf();
    expect(await world.run("prepare", "data", "--recipe", "eegmat", "--output", "stores/eegmat/")).toBe(0);
    expect(world.out).toMatchInlineSnapshot(`
      "eegmat: 1340 windows of 5 s
        1.86 h of 3 subjects in 5 recordings (5 parts, 2 from an earlier run), stored
          as int16; 0 s on 2 threads
        Per subject: 21 min 40 s to 1 h, median 30 min 00 s

        sensor  windows    time
        eeg        1340  1.86 h
        ecg        1244  1.73 h

        channels                  windows        time
        2 EEG + 1 ECG: CZ, PZ, I     1244      1.73 h
        2 EEG: CZ, PZ                  96  7 min 59 s

      Labels, in windows
        arithmetic: rest 1005 (75 %), arithmetic 335 (25 %)
        findings: x 3, (none) 4
        rate: 4 values, mean 75 bpm

      Split of the dataset
        train 2 subjects, 1000 windows; val 1 subject, 340 windows

      Windows without a sensor
        ecg: small: 96 windows

      Windows dropped
        quality below 0.5: 4 windows

      In no window
        after the last window: 1 min 39 s

      Read with warnings
        odd.edf: One thing was odd.

      Could not be read: 2 recordings
        bad.edf: is empty
        cut.edf: ends early (1 window before that kept)
      "
    `);
  });

  it("hands on what was asked for, and leaves the rest to the recipe", async () => {
    const { world, asked } = worldOf();
    const flags =
      "--window 2.5 --hop 1 --sensors EEG,ecg --dtype float32 --quality-min 0.25 --workers 3 --limit 7".split(" ");
    await world.run(
      "prepare",
      "data",
      "--output",
      "out",
      "--subject",
      "(S\\d)",
      "--table",
      "t.csv",
      ...flags,
      "--json",
    );
    expect(asked.job).toEqual({
      folder: "data",
      recipe: "folder",
      options: { subject: "(S\\d)", table: "t.csv" },
      settings: { windowSeconds: 2.5, hopSeconds: 1, sensors: ["eeg", "ecg"], samples: "float32", qualityMin: 0.25 },
      output: "out",
      version: "1.2.3",
    });
    expect(asked.options).toMatchObject({ workers: 3, limit: 7 });
    expect(JSON.parse(world.out)).toMatchObject({ store: "out", recipe: "folder", workers: 2, ...REPORT });
    await world.run("prepare", "data", "--recipe", "ptbxl", "--output", "out");
    expect(asked.job).toMatchObject({ recipe: "ptbxl", settings: {}, options: {} });
  });

  it("says how to go on when it is stopped or fails", async () => {
    const { world } = worldOf(async ({ onProgress }) => {
      onProgress?.(3, 8);
      world.controller.abort(new Error("stopped"));
      throw new Error("stopped");
    });
    expect(await world.run("prepare", "data", "--output", "a/store")).toBe(130);
    expect(world.err).toBe(
      "store: 3 of 8 parts done; the same command goes on from there\npanluna: stopped, nothing was left half-written\n",
    );
    const full = worldOf(async ({ onProgress }) => {
      onProgress?.(1, 8);
      throw new Error("disk full");
    });
    expect(await full.world.run("prepare", "data", "--output", "store")).toBe(1);
    expect(full.world.err).toContain("store: 1 of 8 parts done");
  });

  it("fails where nothing could be prepared, with the reasons", async () => {
    const nothing = { ...PREPARED, report: { ...REPORT, windows: 0, hours: 0, hoursBySubject: {} } };
    const { world } = worldOf(async () => nothing);
    expect(await world.run("prepare", "data", "--output", "store")).toBe(1);
    expect(world.out).toContain("bad.edf: is empty");
  });

  it("asks for an output and a recipe that it knows", async () => {
    const { world } = worldOf();
    expect(await world.run("prepare", "data")).toBe(1);
    expect(world.err).toContain("Name a folder with --output");
    expect(await world.run("prepare", "data", "--output", "a", "--recipe", "tuab")).toBe(1);
    expect(world.err).toContain("--recipe: cannot be read: expected eegmat or ptbxl");
  });
});
