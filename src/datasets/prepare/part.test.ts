import { describe, expect, it } from "vitest";
import {
  type ArrayChannel,
  planContract,
  type Recording,
  recordingFromArrays,
  windowBatches,
} from "../../signal/index.ts";
import type { TaskSpec } from "../../store/index.ts";
import type { DatasetPart, LabelledRecording, Recipe } from "../recipe.ts";
import { fakeStore } from "./fakeStore.ts";
import { type PartContext, preparePart } from "./part.ts";
import { planSettings, storeMeta } from "./settings.ts";

const TASKS = {
  late: { kind: "binary", title: "late windows", classes: ["early", "late"] },
} as const satisfies Record<string, TaskSpec>;

const RECIPE: Recipe = {
  name: "test",
  title: "A test",
  source: "nowhere",
  licence: "CC0",
  windowSeconds: 2,
  hopSeconds: 2,
  tasks: TASKS,
  plan: async () => [],
};

const SFREQ = 128;
const wave = (seconds: number, hertz: number, amplitude: number) =>
  Float64Array.from({ length: SFREQ * seconds }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / SFREQ));

/** Two EEG, one ECG; the ECG's contact is lost from 4 s on. */
function channels(seconds = 10): ArrayChannel[] {
  const ecg = wave(seconds, 1.5, 1).map((v, i) => (i < 4 * SFREQ ? v : 0.05 * v));
  return [
    { label: "EEG Cz", sfreq: SFREQ, unit: "uV", samples: wave(seconds, 10, 50) },
    { label: "EEG Pz", sfreq: SFREQ, unit: "uV", samples: wave(seconds, 7, 40) },
    { label: "ECG II", sfreq: SFREQ, unit: "mV", samples: ecg },
    { label: "Resp", sfreq: SFREQ, samples: wave(seconds, 0.3, 1) },
  ];
}

const recordingOf = (arrays = channels(), name = "night.edf"): Recording =>
  recordingFromArrays(arrays, { name, identity: { patient: "Jane Doe" } });

const labelled = (recording: Recording, more: Partial<LabelledRecording> = {}): LabelledRecording => ({
  recording,
  id: recording.name,
  subject: "s1",
  labels: (onset) => ({ late: Number(onset >= 4) }),
  ...more,
});

function part(...all: (LabelledRecording | Error)[]): DatasetPart {
  return {
    id: "p",
    async *recordings() {
      for (const one of all) {
        if (one instanceof Error) throw one;
        yield one;
      }
    },
  };
}

const context = (more: Partial<PartContext> = {}, asked = {}): PartContext & { store: ReturnType<typeof fakeStore> } =>
  ({
    settings: planSettings(RECIPE, asked),
    tasks: TASKS,
    store: fakeStore(),
    ...more,
  }) as never;

describe("a part", () => {
  it("goes into the store window by window, in the layout that is usable", async () => {
    const own = context();
    const outcome = await preparePart(part(labelled(recordingOf())), own);
    const { windows, provenance } = own.store.parts.get("p")!;
    expect(
      windows.map(({ channels: c, onset, quality, labels, subject, recording }) => [
        c.map(({ name }) => name).join(" "),
        onset,
        quality,
        labels["late"],
        subject,
        recording,
      ]),
    ).toEqual([
      ["CZ PZ II", 0, 1, 0, "s1", "night.edf"],
      ["CZ PZ II", 2, 1, 0, "s1", "night.edf"],
      ["CZ PZ", 4, 1, 1, "s1", "night.edf"],
      ["CZ PZ", 6, 1, 1, "s1", "night.edf"],
      ["CZ PZ", 8, 1, 1, "s1", "night.edf"],
    ]);
    expect(outcome.recordings[0]).toMatchObject({
      windows: 5,
      seconds: 10,
      sensorsLeftOut: { "ecg: small": 3 },
      labels: { late: { early: 2, late: 3 } },
      layouts: [
        { sensors: { eeg: 2, ecg: 1 }, channels: ["CZ", "PZ", "II"], windows: 2 },
        { sensors: { eeg: 2 }, channels: ["CZ", "PZ"], windows: 3 },
      ],
    });
    expect(provenance).toEqual(JSON.parse(JSON.stringify(outcome)));
  });

  it("holds the samples of the signal chain, not z-scored", async () => {
    const own = context();
    const recording = recordingOf();
    await preparePart(part(labelled(recording)), own);
    const contract = planContract(recording.channels);
    const rows = own.store.parts.get("p")!.windows;
    for await (const batch of windowBatches(recording, contract, { windowSeconds: 2, zscore: false })) {
      const size = 3 * 512;
      expect(rows[1].x).toEqual(batch.x.subarray(size, 2 * size));
      expect(rows[3].x).toEqual(batch.x.subarray(3 * size, 3 * size + 2 * 512)); // without the ECG
    }
    expect(Math.max(...rows[1].x.subarray(0, 512))).toBeGreaterThan(45); // 50 uV and the transient of the filters
  });

  it("says what was used, dropped and done, and nothing of the person", async () => {
    const own = context();
    await preparePart(part(labelled(recordingOf())), own);
    const text = JSON.stringify(own.store.parts.get("p")!.provenance);
    const { recordings, treatments } = JSON.parse(text);
    const recording = treatments[recordings[0].treatment];
    expect(recording.contract.used[2]).toMatchObject({ name: "II", from: ["ECG II"], unit: "mV", sfreq: 128 });
    expect(recording.contract.dropped[0]).toMatchObject({ label: "Resp" });
    expect(recording.chain[0]).toMatchObject({
      channels: ["CZ", "PZ"],
      band: [0.1, 75],
      notches: [50, 60],
      up: 2,
      down: 1,
    });
    expect(text).not.toContain("Jane");
  });

  it("takes only the sensors asked for, and none where there is none", async () => {
    const own = context({}, { sensors: ["ecg"] });
    const outcome = await preparePart(part(labelled(recordingOf())), own);
    expect(own.store.parts.get("p")!.windows.map(({ channels: c }) => c[0].name)).toEqual(["II", "II"]);
    expect(outcome.recordings[0].dropped).toEqual({ "no usable channel (ecg: small)": 3 });
    const contract = planContract(recordingOf().channels);
    const none = context({}, { sensors: ["ppg"] });
    expect((await preparePart(part(labelled(recordingOf(), { contract })), none)).recordings[0].failed).toContain(
      "uses no channel",
    );
    expect((await preparePart(part(labelled(recordingOf())), none)).recordings[0].failed).toContain(
      "no channel is left",
    );
    expect([none.store.parts.size, none.store.open]).toEqual([0, 0]);
  });

  it("filters nothing that comes filtered", async () => {
    const own = context();
    const step = recordingOf([{ label: "Cz", sfreq: 256, unit: "uV", samples: wave(8, 10, 50).map((v) => v + 100) }]);
    await preparePart(part(labelled(step, { filtered: true })), own);
    const [{ x }] = own.store.parts.get("p")!.windows;
    expect(x.reduce((sum, v) => sum + v, 0) / x.length).toBeCloseTo(100, 1);
  });

  it("drops windows of low quality, and windows whose numbers are too large", async () => {
    const arrays = channels();
    const flat = [
      arrays[0],
      { ...arrays[1], samples: new Float64Array(10 * SFREQ) },
      { ...arrays[1], label: "Fz", samples: new Float64Array(10 * SFREQ) },
    ];
    const low = await preparePart(part(labelled(recordingOf(flat))), context());
    expect(low.recordings[0].dropped).toEqual({ "quality below 0.5": 5 });
    const kept = await preparePart(part(labelled(recordingOf(flat))), context({}, { qualityMin: 0 }));
    expect(kept.recordings[0].windows).toBe(5);
    const huge = [{ label: "PPG", sfreq: SFREQ, samples: wave(4, 1, 1e300) }];
    const large = await preparePart(part(labelled(recordingOf(huge))), context());
    expect(large.recordings[0].dropped).toEqual({ "values too large for the signal chain": 2 });
  });

  it("lists what cannot be read and keeps what was sound", async () => {
    const own = context();
    const recording = recordingOf(channels(8));
    const broken: Recording = { ...recording, name: "half.edf", read: async () => Promise.reject(new Error("disk")) };
    const outcome = await preparePart(part(labelled(broken), labelled(recording), new Error("no header")), own);
    expect(outcome.recordings.map(({ id, windows, failed }) => [id, windows, failed])).toEqual([
      ["half.edf", 0, "unexpected failure: disk"],
      ["night.edf", 4, undefined],
    ]);
    expect(outcome.unreadable).toEqual([{ recording: "p", reason: "unexpected failure: no header" }]);
    expect(own.store.parts.get("p")!.windows).toHaveLength(4);
    expect(outcome.treatments.map(({ contract, chain }) => [contract["used"], chain.length])).toEqual([
      [expect.any(Array), 0],
      [expect.any(Array), 2],
    ]);
  });

  it("is given up where the store fails, with the store's error", async () => {
    const error = new Error("disk full");
    const store = fakeStore({ after: 1, error });
    await expect(preparePart(part(labelled(recordingOf())), context({ store }))).rejects.toBe(error);
    expect([store.parts.size, store.open]).toEqual([0, 0]);
  });

  it("is given up when it is stopped, and every recording is closed", async () => {
    const controller = new AbortController();
    let closed = 0;
    const recording: Recording = { ...recordingOf(), close: async () => void closed++ };
    const stopping = labelled(recording, {
      labels() {
        controller.abort(new Error("stopped"));
        return {};
      },
    });
    const own = context({ signal: controller.signal });
    await expect(preparePart(part(stopping), own)).rejects.toThrow("stopped");
    expect([own.store.parts.size, own.store.open, closed]).toEqual([0, 0, 1]);
  });

  it("keeps the words of annotations to itself", async () => {
    const annotations = [
      { onset: 9.5, duration: 0, text: 'Jane "the" Doe: awake' },
      { onset: 1, duration: 0, text: "x" },
    ];
    const outcome = await preparePart(part(labelled(recordingOf(), { align: { annotations } })), context());
    expect(outcome.recordings[0].windows).toBe(1);
    expect(outcome.recordings[0].leftovers).toEqual({ "event: its window is not inside one segment": 2 });
  });
});

describe("settings", () => {
  it("come from the recipe unless asked for; another window brings its own hop", () => {
    expect(planSettings({ ...RECIPE, hopSeconds: 1 })).toEqual({
      windowSeconds: 2,
      hopSeconds: 1,
      samples: "int16",
      qualityMin: 0.5,
    });
    expect(planSettings({ ...RECIPE, hopSeconds: 1 }, { windowSeconds: 4 }).hopSeconds).toBe(4);
  });

  it.each([
    [{ windowSeconds: 0.1 }, "option window: out of range: expected a multiple of 0.125 s"],
    [{ windowSeconds: Number.NaN }, "option window"],
    [{ hopSeconds: 0 }, "option hop"],
    [{ qualityMin: 1.5 }, "option quality-min: out of range: expected 0 to 1, got 1.5"],
  ])("refuse %j", (asked, message) => {
    expect(() => planSettings(RECIPE, asked)).toThrow(message);
  });

  it("stand in the store with the chain and the version", () => {
    const settings = planSettings(RECIPE, { sensors: ["ppg", "ecg"] });
    const { chain, ...rest } = storeMeta(RECIPE, settings, "1.2.3", { subject: "(S)" });
    expect(rest).toMatchObject({ name: "test", sfreq: 256, windowSeconds: 2, samples: "int16", tasks: TASKS });
    expect(chain).toMatchObject({
      version: "1.2.3",
      hopSeconds: 2,
      sensors: ["ecg", "ppg"],
      recipe: { subject: "(S)" },
    });
    expect(chain["bands"]).toEqual({ eeg: [0.1, 75], ecg: [0.5, 120], ppg: [0.5, 8] });
  });
});
