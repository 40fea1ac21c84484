import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { openEdf } from "../../formats/edf/edf.ts";
import { memorySource } from "../../formats/source/byteSource.ts";
import { nodeEngine } from "../../runtime/node.ts";
import { PanLuna } from "../../runtime/panluna.ts";
import { type Recording, recordingFromArrays } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import { fakeRanks } from "../../train/distributed/fakeRanks.ts";
import type { ModelOptions } from "../effects.ts";
import { fakeRecording, fakeWorld } from "../fakeEffects.ts";

const SMALL = { patchSize: 32, embedDim: 16, numHeads: 2, depth: 1, numQueries: 2, mlpRatio: 2 } as const;
const TASKS: Readonly<Record<string, TrainedTask>> = {
  stage: {
    name: "stage",
    spec: { kind: "multiclass", title: "Stages of something", classes: ["W, awake", "N", "R"] },
    channels: ["CZ", "II"],
    nTimes: 1024,
  },
  rate: {
    name: "rate",
    spec: { kind: "regression", title: "", classes: [], unit: "bpm" },
    sensors: ["ecg", "ppg"],
    nTimes: 1280,
    standardization: { mean: 70, std: 10 },
  },
  marks: {
    name: "marks",
    spec: { kind: "multilabel", title: "Marks", classes: ["x", "y"] },
    sensors: ["eeg"],
    nTimes: 1280,
  },
};

/** Loads the task of `--task`; `--checkpoint` alone has a head that says nothing. */
function world(recordings: Record<string, Recording> = {}) {
  const w = fakeWorld({ "a.edf": fakeRecording(22, "a.edf"), "b.edf": fakeRecording(9, "b.edf"), ...recordings });
  const asked: ModelOptions[] = [];
  Object.assign(w.effects, {
    async loadModel(options: ModelOptions) {
      asked.push(options);
      const task = TASKS[options.task ?? (options.head === undefined ? "" : "stage")];
      const head = { kind: "classify", numClasses: task?.spec.classes.length || 1 } as const;
      return PanLuna.untrained(nodeEngine, { sizes: SMALL, head, threads: 1, seed: 4, task });
    },
  });
  return { ...w, asked, run: w.run, world: w };
}
const textOf = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe("predict", () => {
  it("tells every class of a recording with its interval, and that this is research software", async () => {
    const { run, world: w } = world();
    expect(await run("predict", "a.edf", "--task", "stage")).toBe(0);
    expect(w.out).toMatch(/^stage: Stages of something\n {2}a\.edf: 5 windows of 4 s, 1 ECG \+ 1 EEG\n/);
    expect(w.out).toMatch(/^ {2}class +mean +95 % interval$/m);
    expect(w.out).toMatch(/^ {2}W, awake +\d+ % +\d+ to \d+ % +█+$/m);
    expect(w.out).toMatch(/ \d+ %, as in \d of 5 windows$/m);
    expect(w.out).toContain("ECG at 100 Hz holds nothing above 50 Hz");
    expect(w.out).toContain("One thing was odd."); // of the file
    expect(w.out).toContain("Untrained weights");
    expect(w.out.match(/Research software, not a medical device\./g)).toHaveLength(1);
    expect(w.files.size).toBe(0);
  });

  it("writes JSON, CSV, EDF+ annotations and a picture that agree", async () => {
    const { run, world: w } = world();
    expect(await run("predict", "a.edf", "--task", "stage", "--out", "p.json,p.csv,p.edf,p.svg", "--json")).toBe(0);
    const json = JSON.parse(textOf(w.files.get("p.json")));
    const printed = JSON.parse(w.out);
    expect(printed).toEqual({ ...json, out: ["p.json", "p.csv", "p.edf", "p.svg"] });
    const [recording] = json.recordings;
    expect(json).toMatchObject({ panluna: "1.2.3", task: TASKS.stage, model: { name: "stage", trained: false } });
    expect(recording).toMatchObject({ file: "a.edf", reduced: null, summary: { windows: 5, leftOut: 0 } });
    expect(recording.attention.queries.map((row: number[]) => row.length)).toEqual([2, 2]);
    const outputs = recording.windows.map((window: { outputs: object }) => Object.values(window.outputs));
    for (const row of outputs) expect(row[0] + row[1] + row[2]).toBeCloseTo(1, 5);
    const mean = outputs.reduce((sum: number, row: number[]) => sum + row[0] / 5, 0);
    expect(recording.summary.outputs[0]).toMatchObject({ name: "W, awake" });
    expect(recording.summary.outputs[0].mean).toBeCloseTo(mean, 6);

    const rows: Record<string, string>[] = parse(w.files.get("p.csv") as Buffer, { columns: true });
    expect(Object.keys(rows[0])).toEqual(
      "recording onset duration|W, awake|N R decided counts flagged".split(/[ |](?!awake)/),
    );
    rows.forEach((row, i) => {
      expect([row.recording, Number(row.onset), Number(row.duration), row.counts]).toEqual(["a.edf", 4 * i, 4, "true"]);
      expect([row["W, awake"], row.N, row.R].map(Number)).toEqual(outputs[i]);
      expect(row.decided).toBe(recording.windows[i].decided[0]);
    });

    const edf = await openEdf(memorySource(w.files.get("p.edf")!, "p.edf"));
    expect([edf.format, edf.channels, edf.annotations.length]).toEqual(["EDF+C", [], 5]);
    edf.annotations.forEach(({ onset, duration, text }, i) => {
      const [decided] = recording.windows[i].decided;
      expect([onset, duration]).toEqual([4 * i, 4]);
      expect(text).toBe(`stage: ${decided} ${recording.windows[i].outputs[decided].toFixed(2)}`);
    });
    expect(textOf(w.files.get("p.svg"))).toMatch(/^<svg.*Query 2.*<\/svg>$/s);
  });

  it("marks an answer from less than the training had", async () => {
    const { run, world: w } = world();
    expect(await run("predict", "a.edf", "--task", "rate")).toBe(0);
    expect(w.out).toMatch(/^ {2}-?[\d.]+ bpm$/m);
    expect(w.out).toContain("Reduced answer: without any PPG.");
    expect(w.out).toContain("No interval: windows of one recording are alike");
    await run("predict", "a.edf", "--task", "rate", "--json");
    expect(JSON.parse(w.out.slice(w.out.indexOf("{"))).recordings[0].reduced).toEqual({
      sensors: ["ppg"],
      channels: [],
      of: 0,
    });
  });

  it("has a line for each of several recordings, and files for each in a folder", async () => {
    const { run, world: w } = world();
    expect(await run("predict", "a.edf", "b.edf", "--task", "marks", "--out", "p/", "--format", "edf,csv")).toBe(0);
    expect(w.out).toMatch(/^ {2}recording +windows +marks/m);
    expect(w.out).toMatch(/^ {2}a\.edf +4 +\S+/m);
    expect(w.out).toMatch(/^ {2}b\.edf +1 +\S+/m);
    expect([...w.files.keys()].sort()).toEqual(["p/a.csv", "p/a.edf", "p/b.csv", "p/b.edf"]);
    const both = world();
    await both.run("predict", "a.edf", "b.edf", "--task", "marks", "--out", "all.csv");
    expect(parse(both.world.files.get("all.csv") as Buffer).length).toBe(1 + 4 + 1);
    expect(textOf(w.files.get("p/a.csv")) + textOf(w.files.get("p/b.csv")).split("\n").slice(1).join("\n")).toBe(
      textOf(both.world.files.get("all.csv")),
    );
  });

  it("leaves out windows without a sound channel, and says which in every file", async () => {
    const samples = Float64Array.from({ length: 100 * 15 }, (_, i) =>
      i >= 500 && i < 1000 ? 0 : 40 * Math.sin(i / 3),
    );
    const flat = recordingFromArrays([{ label: "EEG Cz", sfreq: 100, unit: "uV", samples }], { name: "flat.edf" });
    const { run, world: w } = world({ "flat.edf": flat });
    expect(await run("predict", "flat.edf", "--task", "marks", "--out", "f.csv,f.edf")).toBe(0);
    expect(w.out).toContain("1 of 3 windows do not count: every channel is bad in them.");
    const rows: Record<string, string>[] = parse(w.files.get("f.csv") as Buffer, { columns: true });
    expect(rows.map(({ counts, flagged }) => [counts, flagged])).toEqual([
      ["true", ""],
      ["false", "CZ: flat"],
      ["true", ""],
    ]);
    const { annotations } = await openEdf(memorySource(w.files.get("f.edf")!, "f.edf"));
    expect(annotations.map(({ text }) => text.endsWith("(bad signal)"))).toEqual([false, true, false]);
  });

  it("hands task, checkpoint and head to the loader, and takes windows of another length with a word of caution", async () => {
    const { run, asked, world: w } = world();
    const argv = ["--checkpoint", "e.safetensors", "--head", "h.safetensors", "--window", "5", "--hop", "2.5"];
    expect(await run("predict", "a.edf", ...argv)).toBe(0);
    expect(asked).toMatchObject([{ checkpoint: "e.safetensors", head: "h.safetensors" }]);
    expect(w.out).toContain("7 windows of 5 s");
    expect(w.out).toContain("Windows of 5 s; the task was trained on 4 s.");
  });

  it.each<[string, string[], RegExp]>([
    ["nothing to predict", [], /what to predict is needed: expected --task NAME/],
    [
      "weights that name no task",
      ["--checkpoint", "x.safetensors"],
      /^panluna: x\.safetensors: does not say what task/,
    ],
    ["a kind of file that there is not", ["--task", "stage", "--out", "x.txt"], /--out: is no file for predictions/],
    ["a format without folder", ["--task", "stage", "--out", "x.csv", "--format", "csv"], /--format: is for folders/],
    ["replacing the recording", ["--task", "stage", "--out", "a.edf"], /a\.edf: is the recording itself/],
    [
      "sensors that are not there",
      ["--task", "rate", "--use", "ppg"],
      /a\.edf: has no channel from which rate can be told/,
    ],
    [
      "too short a recording",
      ["--task", "stage", "--range", "0:3"],
      /got at most 3 s\. stage is told from windows of 4 s/,
    ],
  ])("refuses %s and writes nothing", async (_, argv, message) => {
    const { run, world: w } = world();
    expect(await run("predict", "a.edf", ...argv)).toBe(1);
    expect(w.err).toMatch(message);
    expect(w.files.size).toBe(0);
  });

  it("is divided among ranks: the same files and the same answers", async () => {
    const argv = [
      "predict",
      "a.edf",
      "b.edf",
      "c.edf",
      "--task",
      "stage",
      "--attention",
      "--out",
      "all.csv,p/",
      "--json",
    ];
    const three = () => world({ "c.edf": fakeRecording(7, "c.edf") });
    const whole = three();
    await whole.run(...argv);
    const parts = await fakeRanks(2, async (ranks) => {
      const { run, world: w } = three();
      Object.assign(w.effects, { rank: ranks.rank, openCommunicator: async () => ranks });
      return { code: await run(...argv), w };
    });
    expect(parts.map(({ code }) => code)).toEqual([0, 0]);
    const [first, second] = parts.map(({ w }) => w);
    expect(second.files.size).toBeGreaterThan(1);
    const written = [...first.files, ...second.files];
    expect(written).toHaveLength(7);
    expect(new Map(written.sort())).toEqual(new Map([...whole.world.files].sort()));
    expect(JSON.parse(first.out)).toEqual(JSON.parse(whole.world.out));
    expect(second.out).toBe("");
  });

  it("does not draw several recordings into one picture", async () => {
    const { run, world: w } = world();
    expect(await run("predict", "a.edf", "b.edf", "--task", "stage", "--out", "x.svg")).toBe(1);
    expect(w.err).toMatch(
      /a \.svg holds one recording, got 2 recordings|a \.svg holds one recording: got 2 recordings/,
    );
  });

  it("leaves no file when it is stopped on the way", async () => {
    const { run, world: w } = world();
    const { read, ...rest } = w.recordings["a.edf"];
    w.recordings["a.edf"] = {
      ...rest,
      async read(request) {
        w.controller.abort(new Error("stopped"));
        return read.call(this, request);
      },
    };
    expect(await run("predict", "a.edf", "--task", "stage", "--out", "x.json,x.svg")).toBe(130);
    expect(w.files.size).toBe(0);
  });
});
