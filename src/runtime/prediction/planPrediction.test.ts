import { describe, expect, it } from "vitest";
import { ContractError, SignalError } from "../../errors.ts";
import { recordingFromArrays } from "../../signal/index.ts";
import type { TrainedTask } from "../../task/index.ts";
import { cautionsAfter } from "./cautions.ts";
import { planPrediction } from "./planPrediction.ts";

const LEADS = ["I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"];
const superclass: TrainedTask = {
  name: "superclass",
  spec: { kind: "multilabel", title: "", classes: ["NORM", "MI"] },
  channels: LEADS,
  nTimes: 2560,
};
const workload: TrainedTask = {
  name: "workload",
  spec: { kind: "binary", title: "", classes: ["rest", "work"] },
  sensors: ["eeg", "ecg"],
  nTimes: 1280,
};

function recordingOf(labels: readonly string[], { sfreq = 256, seconds = 21 } = {}) {
  const samples = Float64Array.from({ length: sfreq * seconds }, (_, i) => Math.sin(i));
  const unit = (label: string) => (label.startsWith("EEG") ? "uV" : label.startsWith("PPG") ? "" : "mV");
  return recordingFromArrays(
    labels.map((label) => ({ label, sfreq, unit: unit(label), samples })),
    { name: "clip.edf" },
  );
}
const ecg = (leads: readonly string[]) => leads.map((lead) => `ECG ${lead}`);

describe("what a task is told from", () => {
  it("is windows as long as those of the training, of its sensors alone", () => {
    const plan = planPrediction(recordingOf([...ecg(LEADS), "EEG Cz"]), superclass);
    expect(plan.options.windowSeconds).toBe(10);
    expect(plan.windows).toBe(2);
    expect(plan.contract.used.map(({ name }) => name)).toEqual(LEADS);
    expect(plan.reduced).toBeUndefined();
    expect(plan.warnings).toEqual([]);
  });

  it("is everything, in windows of 5 s, where no task is known", () => {
    const plan = planPrediction(recordingOf(["ECG II", "EEG Cz"]), undefined);
    expect(plan.contract.used).toHaveLength(2);
    expect(plan).toMatchObject({ windows: 4, warnings: [], options: { windowSeconds: 5 } });
  });

  it("of fewer leads is a reduced answer that says what is missing", () => {
    const { reduced, warnings } = planPrediction(recordingOf(["ECG II", "ECG V5"]), superclass);
    const channels = LEADS.filter((lead) => lead !== "II" && lead !== "V5");
    expect(reduced).toEqual({ sensors: [], channels, of: 12 });
    expect(warnings).toEqual([`Reduced answer: without 10 of 12 training channels (${channels.join(", ")}).`]);
  });

  it("without one of its sensors is a reduced answer, also where channels are not known", () => {
    const { reduced, warnings } = planPrediction(recordingOf(["ECG II"]), workload);
    expect(reduced).toEqual({ sensors: ["eeg"], channels: [], of: 0 });
    expect(warnings).toEqual(["Reduced answer: without any EEG."]);
    const known = planPrediction(recordingOf(["ECG II"]), { ...workload, channels: ["CZ", "T3", "II"] });
    expect(known.reduced).toEqual({ sensors: ["eeg"], channels: ["CZ", "T3"], of: 3 });
    expect(planPrediction(recordingOf(["EEG Cz", "ECG II"]), workload, { use: ["eeg"] }).reduced?.sensors).toEqual([
      "ecg",
    ]);
  });

  it("takes two names of one place for one, and says what it never saw", () => {
    const task = { ...workload, channels: ["T3", "CZ"] };
    const plan = planPrediction(recordingOf(["EEG T7", "EEG Cz", "EEG O1", "ECG II"]), task);
    expect(plan.reduced).toBeUndefined();
    expect(plan.warnings).toEqual(["Not among the training channels, but used: O1."]);
    expect(plan.contract.used).toHaveLength(3); // an ECG was not among the training channels at all
  });

  it("tells how pairs are had from the electrodes that are there", () => {
    const task = { ...workload, channels: ["FP1-F3", "CZ-PZ"] };
    const { warnings, reduced } = planPrediction(recordingOf(["EEG Fp1", "EEG F3"]), task);
    expect(reduced?.channels).toEqual(["FP1-F3", "CZ-PZ"]);
    expect(warnings).toContain("Its pairs can be derived from the electrodes of this recording: --montage FP1-F3.");
    const derived = planPrediction(recordingOf(["EEG Fp1", "EEG F3"]), task, { montage: ["FP1-F3"] });
    expect(derived.reduced?.channels).toEqual(["CZ-PZ"]);
  });

  it("warns of rates that cut the band, and of windows of another length", () => {
    const slow = planPrediction(recordingOf(["ECG II"], { sfreq: 100 }), { ...superclass, channels: ["II"] });
    expect(slow.warnings).toEqual(["ECG at 100 Hz holds nothing above 50 Hz; the model looks up to 120 Hz: II."]);
    const short = planPrediction(recordingOf(["ECG II"]), { ...superclass, channels: ["II"] }, { windowSeconds: 5 });
    expect(short.warnings).toEqual(["Windows of 5 s; the task was trained on 10 s."]);
    expect(short.windows).toBe(4);
  });
});

describe("a recording that lacks what a task needs", () => {
  const failing = (...args: Parameters<typeof planPrediction>): unknown => {
    try {
      return planPrediction(...args);
    } catch (error) {
      return error;
    }
  };

  it("is told which sensors and channels to provide", () => {
    const error = failing(recordingOf(["EEG Cz", "Resp"]), superclass);
    expect(error).toBeInstanceOf(ContractError);
    expect(String(error)).toMatch(
      /clip\.edf: has no channel from which superclass can be told: expected ECG \(I, II, III, .*V6\), got EEG Cz: .*Provide a recording that has such channels, .*--map "label=II"/,
    );
    expect(String(failing(recordingOf(["Resp"]), workload))).toMatch(
      /expected EEG \(electrodes such as FP1, CZ, O2\) or ECG \(leads such as I, II, V1\)/,
    );
  });

  it("is told how long it must be", () => {
    const error = failing(recordingOf(ecg(LEADS), { seconds: 6 }), superclass);
    expect(error).toBeInstanceOf(SignalError);
    expect(String(error)).toMatch(
      /clip\.edf: no window fits.*expected a stretch of 10 s without gap, got at most 6 s\. superclass is told from windows of 10 s/,
    );
  });

  it("gets the errors of its own options as they are", () => {
    expect(String(failing(recordingOf(["ECG II"]), superclass, { require: ["V1"] }))).toMatch(
      /required channel is missing/,
    );
  });
});

describe("what was seen of the signals", () => {
  it("is told by flag, with the channels and how often, and how many windows do not count", () => {
    const channels = [
      { name: "V1", flags: { clipped: 0.5, mains50: 0.04 } },
      { name: "V2", flags: { clipped: 0.25 } },
      { name: "V3", flags: {} },
    ];
    expect(cautionsAfter(channels, { windows: 3, leftOut: 1 })).toEqual([
      "1 of 4 windows do not count: every channel is bad in them.",
      "Signal quality: clipped in up to 50 % of the windows of V1, V2.",
    ]);
    expect(cautionsAfter([], { windows: 0, leftOut: 2 })).toEqual([
      "No window counts: every channel is bad in all of them.",
    ]);
    expect(cautionsAfter([{ name: "PPG", flags: {} }], { windows: 2, leftOut: 0 })).toEqual([]);
  });
});
