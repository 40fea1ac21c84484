import { createHash } from "node:crypto";
import { beforeEach, describe, expect, it } from "vitest";
import { smallModel } from "../../../../test/smallModel.ts";
import { FormatError } from "../../../errors.ts";
import { explainedShare, HiddenSums } from "../../../evaluate/index.ts";
import { panlunaGraph } from "../../../model/index.ts";
import { writeStateDict } from "../../../model/stateDict.ts";
import { nodeEngine } from "../../../runtime/node.ts";
import { zscore } from "../../../signal/index.ts";
import type { SplitName, WindowStore } from "../../../store/index.ts";
import { pretrainConfig } from "../../../train/config/index.ts";
import { channelInputs } from "../../../train/inputs.ts";
import { fakeStore } from "../../../train/loader/fakeStore.ts";
import { patchMasks } from "../../../train/masking.ts";
import { writeCheckpoint } from "../../../train/run/checkpoint.ts";
import { digestOf } from "../../../train/run/node.ts";
import { type FakeWorld, fakeWorld } from "../../fakeEffects.ts";

/** 12 subjects of 4 windows; every second window has an ECG beside the EEG. */
function storeOf(name: string): WindowStore {
  const layout = Array.from({ length: 48 }, (_, row) => row % 2);
  const names = [
    ["FP1", "CZ", "II"],
    ["FP1", "CZ"],
  ];
  const sample = (row: number, channel: number, t: number) => Math.sin(0.07 * t * (channel + 1) + row) + 0.1 * (t % 5);
  const store = fakeStore({ name, layouts: names, layout, sample });
  const splits: SplitName[] = ["train", "train", "val", "test"];
  const subjects = name === "others" ? store.subjects.map((subject) => `x${subject}`) : store.subjects;
  return { ...store, subjects, officialSplit: new Map(subjects.map((subject, s) => [subject, splits[s % 4]])) };
}

const FINGERPRINT = createHash("sha256").update(storeOf("waves").fingerprint).digest("hex");
const model = smallModel({ kind: "reconstruct", numChannelNames: 200 });

interface FakeRun {
  readonly config?: object;
  readonly fingerprint?: string;
  readonly splitDigest?: string;
  readonly weights?: typeof model.weights;
}

function addRun(world: FakeWorld, folder: string, changes: FakeRun = {}) {
  const { config, fingerprint = FINGERPRINT, splitDigest, weights = model.weights } = changes;
  const whole = pretrainConfig.schema.parse({
    seed: 5,
    corpora: [{ store: "stores/waves" }],
    split: "official",
    ...config,
  });
  const split = splitDigest && { split: splitDigest };
  const file = { format: "1", config: whole, configDigest: "c", seed: 5, fingerprint, ...split, sessions: [] };
  const state = { step: 1, m: new Map(), v: new Map(), progress: {}, ...model, weights };
  world.files.set(`${folder}/run.json`, new TextEncoder().encode(JSON.stringify(file)));
  world.files.set(
    `${folder}/best.safetensors`,
    writeCheckpoint(state, { panluna: "1", seed: 5, config: "c", fingerprint: "f" }),
  );
  world.folders.add(folder);
}

let world: FakeWorld;
let opened: number;
let gone: string[];

beforeEach(() => {
  world = fakeWorld();
  opened = 0;
  gone = [];
  const openStore = async (folder: string) => {
    const name = folder.split("/").at(-1)!;
    if (gone.includes(folder)) throw new FormatError({ where: name, what: "cannot be opened" });
    opened++;
    return { ...storeOf(name), close: async () => void opened-- };
  };
  Object.assign(world.effects, { now: () => 0, openStore });
});

const evaluate = async (...argv: string[]) => {
  world.out = "";
  world.err = "";
  return world.run("evaluate", ...argv, "--draws", "20");
};
const resultOf = async (...argv: string[]) => {
  expect(await evaluate(...argv, "--json")).toBe(0);
  expect(opened).toBe(0);
  return JSON.parse(world.out);
};

/** The test people's windows one at a time, without loader or plan: those with an ECG first, then the others. */
async function straightforward(seed: number) {
  const store = storeOf("waves");
  const session = await nodeEngine.createSession(panlunaGraph(model, { masked: true }), { threads: 1 });
  const sums = new HiddenSums();
  const people = Array.from(store.windows.subject, (s) => store.subjects[s]);
  const tested = people.flatMap((subject, row) => (store.officialSplit.get(subject) === "test" ? [row] : []));
  const rows = [0, 1].flatMap((layout) => tested.filter((row) => store.windows.layout[row] === layout));
  for (const [place, row] of rows.entries()) {
    const { channels } = store.layouts[store.windows.layout[row]];
    const x = await store.read([row]);
    for (let c = 0; c < channels.length; c++) {
      const own = x.subarray(64 * c, 64 * c + 64);
      zscore(own, own);
    }
    const mask = patchMasks({ seed, step: -1 }, [place], channels.length, 4, { kind: "patch", ratio: 0.5 });
    const shape = [1, channels.length, 64] as const;
    const { reconstruction } = await session.run({
      x: { dtype: "float32", shape, data: x },
      ...channelInputs(channels, 1, 200),
      mask: { dtype: "bool", shape: [1, channels.length, 4], data: mask },
    });
    const windows = { corpus: "waves", dataset: "waves", shape, x, mask, patchSize: 16, subjects: [people[row]] };
    sums.add({ ...windows, y: reconstruction.data as Float32Array, sensors: channels.map(({ sensor }) => sensor) });
  }
  await session.close();
  return sums.groups.map(({ bySubject }) => {
    const total = [...bySubject.values()].reduce((a, b) => a.map((value, i) => value + b[i]));
    return (["model", "interpolation", "mean"] as const).map((fill) => explainedShare(total, fill));
  });
}

describe("panluna evaluate of a pretraining", () => {
  it("tells what is explained of hidden patches of the test people, sensor by sensor, whatever the micro-batches", async () => {
    addRun(world, "runs/p");
    const found = await resultOf("runs/p");
    expect(found).toMatchObject({ kind: "pretrain", model: "p", stores: ["waves"], split: "test" });
    expect(found.masking).toEqual({ kind: "patch", ratio: 0.5, blockSeconds: 1, seed: 5 });
    const { summary } = found;
    expect({ windows: summary.windows, subjects: summary.subjects }).toEqual({ windows: 12, subjects: 3 });
    expect(world.err).toBe("");
    const expected = await straightforward(5);
    const values = ({ rows }: typeof summary) =>
      rows.map(({ explained: { model, interpolation, mean } }: typeof summary) => [
        model.value,
        interpolation.value,
        mean.value,
      ]);
    expect(summary.rows.map(({ sensor }: { sensor: string }) => sensor)).toEqual(["eeg", "ecg"]);
    const inThrees = (await resultOf("runs/p", "--batch", "3")).summary;
    for (const own of [summary, inThrees]) {
      values(own).forEach((shares: number[], r: number) => {
        shares.forEach((share, f) => void expect(Math.abs(share - Number(expected[r][f]))).toBeLessThan(1e-5));
      });
    }
    const other = (await resultOf("runs/p", "--mask", "0.25", "--mask-kind", "time-block", "--sensors", "ecg")).summary;
    expect(other.rows).toHaveLength(1);
    expect({ windows: other.windows, samples: other.rows[0].samples }).toEqual({ windows: 6, samples: 6 * 16 });
  });

  it("says so on a terminal, and writes a page with its numbers", async () => {
    addRun(world, "runs/p", { config: { corpora: [{ store: "stores/waves" }, { store: "stores/others" }] } });
    expect(await evaluate("runs/p", "--output", "out")).toBe(0);
    expect(world.out).toMatch(
      /^Reconstruction: p\n {2}split test: 24 windows, 6 subjects; hidden: 50 % of the patches/,
    );
    expect(world.out).toMatch(/ {2}others ECG {3,}the model {6,}−?\d\.\d{3} \[/);
    expect(world.out).toMatch(/ {2}all EEG /);
    expect(world.out).toContain("Wrote out/report.html, out/report.json");
    const text = (path: string) => new TextDecoder().decode(world.files.get(path));
    const page = text("out/report.html");
    expect(page.match(/Window 1 of 1/g)).toHaveLength(4);
    expect(page).not.toMatch(/NaN|undefined|\[object|Infinity/);
    expect(page.match(/all EEG|others ECG/g)!.length).toBeGreaterThan(3);
    const { rows, perSubject } = JSON.parse(text("out/report.json")).summary;
    expect({ rows: rows.length, perSubject: perSubject.length }).toEqual({ rows: 6, perSubject: 12 });
  });

  it("judges validation people where none are kept for testing, and says what that means", async () => {
    addRun(world, "runs/p", { config: { split: { val: 0.25, seed: 1 } } });
    const { split, summary } = await resultOf("runs/p");
    expect({ split, subjects: summary.subjects }).toEqual({ split: "val", subjects: 3 });
    await evaluate("runs/p");
    expect(world.err).toContain("p was chosen by these people's windows: results say nothing about new people");
    expect(await evaluate("runs/p", "--split", "test")).toBe(1);
    expect(world.err).toContain("there is no window to judge it on in the split test: got train 36, val 12, test 0");
  });

  it("judges people that it was trained on only when it is asked to", async () => {
    addRun(world, "runs/p", { fingerprint: "other" });
    await evaluate("runs/p", "--split", "all");
    expect(world.err).toContain("p has seen these people in training: results say nothing about new people");
    await evaluate("runs/p");
    expect(world.err).toContain("p was trained on other data than waves holds");
    const { subjects } = storeOf("waves"); // s0, s1, s4, s5, … trained it
    const split = { train: [], val: subjects.filter((s) => s !== "s4" && s !== "s3"), test: ["s3", "s4"] };
    world.files.set("split.json", new TextEncoder().encode(JSON.stringify(split)));
    const again = ["runs/p", "--store", "longer/waves", "--split-file", "split.json"];
    expect(await evaluate(...again)).toBe(1);
    expect(world.err).toMatch(/p: was trained on people .* got 1 person of its training \(s4\)/);
    expect((await resultOf("runs/p", "--store", "others")).summary.subjects).toBe(3);
    gone.push("stores/waves");
    expect(await evaluate(...again)).toBe(0);
    expect(world.err).toContain("it is not known whom p was trained on (waves: cannot be opened)");
  });

  it("takes weights with a reconstruction head, and stores to judge them on", async () => {
    world.files.set("w.safetensors", writeStateDict(model.weights));
    const { split, masking, summary } = await resultOf("w.safetensors", "--store", "waves,others");
    expect({ split, seed: masking.seed, subjects: summary.subjects }).toEqual({ split: "test", seed: 0, subjects: 6 });
    await evaluate("w.safetensors", "--store", "waves");
    expect(world.err).toContain("w.safetensors comes without its run; are the people of the split test new to it?");
    expect(await evaluate("w.safetensors")).toBe(1);
    expect(world.err).toContain("Name the stores to judge it on");
    world.files.set("w.safetensors", writeStateDict(smallModel({ kind: "none" }).weights));
    expect(await evaluate("w.safetensors", "--store", "waves")).toBe(1);
    expect(world.err).toContain("does not say what task it was trained for");
  });

  it("stops when it is told to, and leaves nothing", async () => {
    addRun(world, "runs/p");
    const { createSession } = world.effects;
    const stopping: typeof createSession = (...args) => {
      world.controller.abort(new Error("stopped"));
      return createSession(...args);
    };
    Object.assign(world.effects, { createSession: stopping });
    const files = world.files.size;
    expect(await evaluate("runs/p", "--output", "out")).toBe(130);
    expect({ files: world.files.size, opened }).toEqual({ files, opened: 0 });
  });

  const broken = new Map(
    [...model.weights].map(([name, t]) => [
      name,
      { ...t, data: (t.data as Float32Array).map((v) => (name === "mask_token" ? Number.NaN : v)) },
    ]),
  );

  it.each<[string, (w: FakeWorld) => void, string[], string]>([
    ["a task's flag", () => {}, ["r", "--ablation"], "--ablation: r is a pretraining and has no task"],
    ["a baseline", () => {}, ["r", "--baseline", "prior"], "--baseline: r is a pretraining"],
    ["company", (w) => addRun(w, "q"), ["r", "q"], "r: is a pretraining, which has no task in common with others"],
    ["masks without one", () => {}, ["--encoder", "e", "--head", "h", "--mask", "0.5"], "--mask: hides patches"],
    ["another split", () => {}, ["r", "--val", "0.5"], "r: has its own split"],
    ["masks that hide nothing", () => {}, ["r", "--mask", "0.01"], "hides nothing in windows of waves"],
    ["no best weights", (w) => w.files.delete("r/best.safetensors"), ["r"], "r: has no best.safetensors yet"],
    [
      "no head",
      (w) => w.files.set("r/best.safetensors", writeStateDict(smallModel({ kind: "none" }).weights)),
      ["r"],
      "has no reconstruction head",
    ],
    ["a sensor that nobody wears", () => {}, ["r", "--sensors", "ppg"], "no window to judge it on"],
    ["samples that are none", (w) => addRun(w, "r", { weights: broken }), ["r"], "samples that are not finite"],
    [
      "a split file that was changed",
      (w) => {
        const { subjects } = storeOf("waves");
        w.files.set("s.json", new TextEncoder().encode(JSON.stringify({ train: subjects, val: [], test: [] })));
        addRun(w, "r", { config: { split: { file: "s.json" } }, splitDigest: digestOf({ split: "{}" }) });
      },
      ["r"],
      "s.json: was changed after r was trained",
    ],
  ])("refuses %s", async (_, change, argv, message) => {
    addRun(world, "r");
    change(world);
    expect(await evaluate(...argv, "--output", "out")).toBe(1);
    expect(world.err).toContain(message);
    expect({ opened, written: world.files.has("out/report.html") }).toEqual({ opened: 0, written: false });
  });
});
