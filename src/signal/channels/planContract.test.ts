import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContractError } from "../../errors.ts";
import { planChain } from "../chain.ts";
import type { Contract } from "../contract.ts";
import type { Channel } from "../recording.ts";
import { DATASET_CHANNELS } from "./channelNames.ts";
import type { ContractOptions } from "./contractOptions.ts";
import { describeContract } from "./describeContract.ts";
import { ELECTRODES, isReferenceElectrode, samePlace } from "./electrodes.ts";
import { placeOf } from "./locations.ts";
import { planContract } from "./planContract.ts";

const channel = (label: string, sfreq = 250, unit = "uV", nTimes = 1000): Channel => ({ label, sfreq, unit, nTimes });
const channels = (labels: readonly string[], sfreq?: number, unit?: string) =>
  labels.map((label) => channel(label, sfreq, unit));
const plan = (labels: readonly string[], options?: ContractOptions) => planContract(channels(labels), options);
const names = ({ used }: Contract) => used.map(({ name }) => name);
const reasons = ({ dropped }: Contract) => Object.fromEntries(dropped.map(({ label, reason }) => [label, reason]));

function failure(run: () => unknown): ContractError {
  try {
    run();
  } catch (error) {
    if (error instanceof ContractError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const EEGMAT = [
  ...["Fp1", "Fp2", "F3", "F4", "F7", "F8", "T3", "T4", "C3", "C4", "T5", "T6", "P3", "P4", "O1", "O2"],
  ...["Fz", "Cz", "Pz", "A2-A1"],
].map((name) => `EEG ${name}`);

const TUH = [
  ...["FP1", "FP2", "F3", "F4", "C3", "C4", "P3", "P4", "O1", "O2", "F7", "F8", "T3", "T4", "T5", "T6", "A1", "A2"],
  ...["FZ", "CZ", "PZ", "ROC", "LOC", "EKG1", "T1", "T2", "C3P", "SP1", "26", "27", "X1"],
].map((name) => `EEG ${name}-REF`);

describe("contracts of real recordings", () => {
  it("eegmat: 19 electrodes and the ECG as lead I; the ear difference stays out", () => {
    const contract = planContract([...channels(EEGMAT), channel("ECG ECG", 250, "mV")]);
    expect(names(contract)).toEqual([...EEGMAT.slice(0, 19).map((label) => label.slice(4).toUpperCase()), "I"]);
    expect(contract.used[19]).toEqual({
      ...{ name: "I", sensor: "ecg", location: placeOf("I")!.location, plus: 20, sfreq: 250, unit: "mV", scale: 1 },
    });
    expect(reasons(contract)).toEqual({
      "EEG A2-A1": "The difference of two reference electrodes: used only where it is asked for by name",
    });
    expect(contract.resampled).toHaveLength(19); // EEG of 250 Hz is filtered first
    expect(contract.upsampled.map(({ label }) => label)).toEqual(["ECG ECG"]);
    expect(contract.unitsConverted).toEqual([]);
  });

  it("HMC: F4, C4, O2, C3 against mastoids, ECG as lead I, in the authors' order", () => {
    const labels = ["EEG F4-M1", "EEG C4-M1", "EEG O2-M1", "EEG C3-M2", "EMG chin", "EOG E1-M2", "EOG E2-M2", "ECG"];
    const contract = planContract(channels(labels, 256));
    expect(names(contract)).toEqual(DATASET_CHANNELS.hmc);
    expect(contract.used[4]).toMatchObject({ plus: 7, unit: "mV", scale: 1e-3 });
    expect(contract.unitsConverted).toEqual([
      { label: "ECG", from: "uV", to: "mV", reason: "From uV to mV, times 0.001" },
    ]);
    expect([...contract.resampled, ...contract.upsampled]).toEqual([]);
    expect(contract.dropped.map(({ label }) => label)).toEqual(["EMG chin", "EOG E1-M2", "EOG E2-M2"]);
  });

  it("mitdb: modified lead II and V5", () => {
    const contract = planContract(channels(["MLII", "V5"], 360, "mV"));
    expect(names(contract)).toEqual(["II", "V5"]);
    expect(contract.renamed).toEqual([{ label: "MLII", to: "II", reason: "ECG modified limb lead" }]);
    expect(contract.resampled.map(({ from, to }) => [from, to])).toEqual([
      [360, 256],
      [360, 256],
    ]);
  });

  it("troika: one ECG, the first PPG, no acceleration", () => {
    const contract = planContract(channels(["ECG", "PPG1", "PPG2", "accx", "accy", "accz"], 125, ""));
    expect(names(contract)).toEqual(["I", "PPG"]);
    expect(contract.used.map(({ unit }) => unit)).toEqual(["a.u.", "a.u."]);
    expect(reasons(contract)["PPG2"]).toBe("PPG is already taken from PPG1 (channel 2)");
  });

  it("adhd and Muse: electrodes of 128 Hz are upsampled before the filter, as the chain does", () => {
    const contract = planContract(channels(["Fp1", "T7", "P8"], 128, ""));
    expect(names(contract)).toEqual(["FP1", "T7", "P8"]);
    expect(contract.upsampled).toHaveLength(3);
    expect(names(planContract(channels(["TP9", "AF7", "AF8", "TP10"], 256)))).toEqual(["TP9", "AF7", "AF8", "TP10"]);
  });

  it("stress-predict and welltory: BVP by its name, camera colours by the user's word", () => {
    expect(names(planContract(channels(["BVP"], 64, "")))).toEqual(["PPG"]);
    const camera = channels(["R", "G", "B"], 30, "");
    expect(() => planContract(camera)).toThrow(ContractError);
    expect(planContract(camera, { map: { G: "PPG" } }).used).toMatchObject([{ name: "PPG", plus: 1, sensor: "ppg" }]);
  });

  it("MIMIC: II and PLETH; V has no stated place, pressure is none", () => {
    const contract = planContract([channel("II", 125, "mV"), channel("V", 125, "mV"), channel("PLETH", 125, "NU")]);
    expect(names(contract)).toEqual(["II", "PPG"]);
    expect(names(plan(["II", "V", "ABP"], { map: { V: "V1" } }))).toEqual(["II", "V1"]);
  });

  it("CHB-MIT: doubled T8-P8 is used once, under the name that the model knows", () => {
    const contract = plan(["FP1-F7", "F7-T7", "T8-P8", "-", "T8-P8", "ECG"]);
    expect(names(contract)).toEqual(["FP1-F7", "F7-T3", "T4-T6", "I"]);
    expect(contract.dropped).toEqual([
      { label: "-", reason: "Has no label" },
      { label: "T8-P8", reason: "T4-T6 is already taken from T8-P8 (channel 3)" },
    ]);
    expect(contract.renamed[0].reason).toContain("F7-T7 and F7-T3 are two names of one place");
  });

  it("TUH: ears, spare inputs, eyes and the heart's channel find their places", () => {
    const contract = plan(TUH);
    expect(names(contract)).toEqual(
      [...TUH.slice(0, 16), ...TUH.slice(18, 21), "EEG I-REF"].map((l) => l.slice(4, -4)),
    );
    expect(contract.used.at(-1)).toMatchObject({ name: "I", plus: TUH.indexOf("EEG EKG1-REF") });
    expect(reasons(contract)["EEG 26-REF"]).toBe("An amplifier input known by number, not by electrode");
  });
});

describe("montages", () => {
  it("tueg22 is derived from electrodes with one reference, in the authors' order", () => {
    const contract = plan(TUH, { montage: "tueg22", use: ["eeg"] });
    expect(names(contract)).toEqual(DATASET_CHANNELS.tueg22);
    for (const { name, plus, minus, location } of contract.used) {
      expect(`${TUH[plus].slice(4, -4)}-${TUH[minus!].slice(4, -4)}`).toBe(name);
      expect(location).toEqual(placeOf(name)!.location);
    }
    expect(contract.derived[0]).toEqual({
      label: "FP1-F7",
      from: ["EEG FP1-REF", "EEG F7-REF"],
      reason: "Difference of two channels against one reference, REF",
    });
    expect(contract.renamed).toEqual([]);
    expect(reasons(contract)["EEG FZ-REF"]).toBe("Not in the montage asked for");
  });

  it("keeps ECG and PPG after it, and says where a reference is assumed", () => {
    const contract = plan(["ECG", "Fp1", "F7", "PPG"], { montage: ["FP1-F7"] });
    expect(names(contract)).toEqual(["FP1-F7", "I", "PPG"]);
    expect(contract.derived[0].reason).toMatch(/whose common reference the file does not state: it is assumed$/);
  });

  it("takes what the file has, turns a pair's sign, re-references an electrode", () => {
    const contract = plan(["F7-FP1", "CZ", "F4", "M1", "F3-M2"], { montage: ["CZ", "FP1-F7", "F4-M1", "F3-M2"] });
    expect(contract.used).toMatchObject([
      { name: "CZ", plus: 1, scale: 1 },
      { name: "FP1-F7", plus: 0, scale: -1 },
      { name: "F4", plus: 2, minus: 3, location: placeOf("F4")!.location },
      { name: "F3", plus: 4 },
    ]);
    expect(contract.derived.map(({ label }) => label)).toEqual(["FP1-F7", "F4"]);
    expect(contract.used[3].minus).toBeUndefined();
  });

  it("finds T7 where T3 is wanted", () => {
    expect(plan(["F7", "T7"], { montage: ["F7-T3"] }).used).toMatchObject([{ name: "F7-T3", plus: 0, minus: 1 }]);
  });

  it("sets unknown EEG aside when the wanted channels are named", () => {
    expect(names(plan(["EEG Cz", "EEG Foo"], { montage: ["CZ"] }))).toEqual(["CZ"]);
  });

  it.each<[string, Channel[], RegExp]>([
    ["rates", [channel("Fp1"), channel("F7", 500)], /FP1-F7.*equal rates \(Hz\), got 250 and 500/],
    ["lengths", [channel("Fp1"), channel("F7", 250, "uV", 999)], /equal numbers of samples, got 1000 and 999/],
    ["units", [channel("Fp1"), channel("F7", 250, "mV")], /equal units, got 1 uV and 1000 uV/],
    ["references", [channel("Fp1-M1"), channel("F7-M2")], /equal references, got M1 and M2/],
  ])("refuses electrodes of different %s", (_, file, message) => {
    expect(failure(() => planContract(file, { montage: ["FP1-F7"] })).message).toMatch(message);
  });

  it("names what is missing, what is no channel, what stands twice", () => {
    const ears = TUH.filter((label) => !/A[12]/.test(label));
    expect(failure(() => plan(ears, { montage: "tueg22" })).message).toMatch(
      /2 of 22 .* expected A1-T3, T4-A2, .*tueg20 needs no ears/,
    );
    expect(names(plan(ears, { montage: "tueg20", use: ["eeg"] }))).toEqual(DATASET_CHANNELS.tueg20);
    expect(() => plan(["Cz"], { montage: ["EEG Foo"] })).toThrow('got "EEG Foo"');
    expect(() => plan(["T3"], { montage: ["T3", "T7"] })).toThrow("names one place twice");
    expect(() => plan(["T3"], { montage: "banana" as "tueg20" })).toThrow("expected tueg20, tueg22");
  });
});

describe("the user's choices", () => {
  it("map: by label, in any case, without prefix; the named channel wins over others", () => {
    const labels = ["ch1", "EEG Foo", "ECG", "V"];
    const contract = plan(labels, { map: { CH1: "cz", Foo: "FP1-F7", V: "I" } });
    expect(names(contract)).toEqual(["CZ", "FP1-F7", "I"]);
    expect(contract.used[2].plus).toBe(3);
    expect(contract.renamed[0]).toEqual({ label: "ch1", to: "CZ", reason: "Mapped by the user" });
    expect(reasons(contract)["ECG"]).toMatch(/taken as lead I, but I is already taken from V/);
  });

  it("map and drop leave channels out, and say which names met nothing", () => {
    const contract = plan(["EEG Foo", "Cz", "Pz"], { map: { Foo: "drop", nobody: "CZ" }, drop: ["pz", "gone"] });
    expect(names(contract)).toEqual(["CZ"]);
    expect(reasons(contract)).toEqual({ "EEG Foo": "Left out as asked", Pz: "Left out as asked" });
    expect(contract.unmatched?.map(({ label }) => label)).toEqual(["nobody", "gone"]);
  });

  it("map may name reference electrodes", () => {
    expect(names(plan(["A1", "EEG A2-A1"], { map: { A1: "A1", "A2-A1": "A2-A1" } }))).toEqual(["A1", "A2-A1"]);
  });

  it("map to nowhere is refused", () => {
    expect(failure(() => plan(["x"], { map: { x: "FP11" } })).message).toMatch(/near: FP1.* got "FP11"/);
  });

  it("use keeps to some sensors; what is not used cannot fail", () => {
    const contract = plan(["EEG Foo", "Cz", "ECG"], { use: ["ecg"] });
    expect(names(contract)).toEqual(["I"]);
    expect(reasons(contract)["Cz"]).toBe("EEG is not among the sensors asked for");
  });

  it("sensor says what bare columns are, ecgLead which lead an unstated ECG is", () => {
    expect(names(plan(["col1"], { sensor: "ecg", ecgLead: "II" }))).toEqual(["II"]);
    expect(names(plan(["ECG"], { montage: ["ECG"], ecgLead: "II" }))).toEqual(["II"]);
    expect(() => plan(["ECG"], { ecgLead: "ML" })).toThrow("expected I, II, III, AVR");
    expect(() => plan(["ECG"], { use: ["eog" as "eeg"] })).toThrow("expected ecg, eeg, ppg");
    expect(() => plan(["ECG"], { targetSfreq: 0 })).toThrow("a positive rate");
  });

  it("require: names, their synonyms and sensors", () => {
    expect(names(plan(["T7", "ECG"], { require: ["T3", "ecg", "eeg"] }))).toEqual(["T7", "I"]);
    expect(failure(() => plan(["T7"], { require: ["CZ", "ppg"] })).message).toMatch(/expected CZ, ppg, got T7\. /);
  });
});

describe("what a contract never does", () => {
  it("place EEG without a known electrode: it names the channel, near names and the ways out", () => {
    const { parts } = failure(() => plan(["Cz", "EEG Fp11", "EEG Foo"]));
    expect(parts.where).toBe("channel EEG Fp11");
    expect(parts.expected).toMatch(/^a name of the 10-05 system, near it: FP1/);
    expect(parts.todo).toBe(
      'Say where it sits, e.g. --map "FP11=CZ", or leave it out: --drop "FP11" (so with EEG Foo)',
    );
    expect(names(plan(["Cz", "EEG Fp11", "EEG Foo"], { map: { FP11: "FP1" }, drop: ["Foo"] }))).toEqual(["CZ", "FP1"]);
  });

  it("take a lone numbered EEG input for spare", () => {
    expect(() => plan(["EEG 1", "ECG"])).toThrow("channel EEG 1: is EEG without a known electrode");
  });

  it("return nothing: the error lists every channel and what it was taken for", () => {
    const { message } = failure(() => plan(["Resp", "Foo", ""]));
    expect(message).toContain("Resp: Respiration: not EEG, ECG or PPG; Foo: Its label");
    expect(message).toContain("channel 3: Has no label");
    expect(message).toContain("--sensor eeg, ecg or ppg");
    expect(() => planContract([])).toThrow("a recording without channels");
  });

  it("use channels without samples or of the rate of a trend", () => {
    const file = [channel("Cz"), channel("Pz", 0), channel("Oz", 250, "uV", 0), channel("PPG", 1), channel("Fz", NaN)];
    expect(reasons(planContract(file))).toEqual({
      Pz: "Has no sampling rate",
      Fz: "Has no sampling rate",
      Oz: "Has no samples",
      PPG: "Sampled at 1 Hz, too slow for a waveform (at least 16 Hz)",
    });
  });

  it("use one place twice: T7 is T3", () => {
    const contract = plan(["T3", "T7", "T3"]);
    expect(names(contract)).toEqual(["T3"]);
    expect(contract.dropped[0].reason).toBe("T7 is the same place as T3, already taken from T3");
  });

  it("let a guess displace a stated name", () => {
    expect(plan(["ECG", "I", "GREEN", "PPG"]).used.map(({ plus }) => plus)).toEqual([1, 3]);
  });

  it("take T4-A2 for bipolar where A2 is the reference of others", () => {
    expect(names(plan(["T4-A2", "C4-A2"]))).toEqual(["T4", "C4"]);
    expect(names(plan(["T4-A2", "C4-T4"]))).toEqual(["T4-A2", "C4-T4"]);
  });
});

describe("any selection of electrodes", () => {
  const electrode = fc.constantFrom(...[...ELECTRODES.keys()].filter((name) => !isReferenceElectrode(name)));
  const someElectrodes = fc.uniqueArray(electrode, { minLength: 1, maxLength: 30, selector: samePlace });

  it("keeps the order of the file and accounts for every channel", () => {
    fc.assert(
      fc.property(someElectrodes, fc.array(fc.constantFrom("Resp", "Foo", "SpO2")), (wanted, others) => {
        const contract = plan([...others, ...wanted.map((name) => `EEG ${name}-REF`)]);
        expect(names(contract)).toEqual(wanted);
        expect(contract.dropped).toHaveLength(others.length);
        expect(contract.renamed).toHaveLength(wanted.length);
      }),
    );
  });

  it("is its own contract: canonical names are not renamed", () => {
    fc.assert(
      fc.property(someElectrodes, (wanted) => {
        expect(plan(names(plan(wanted)))).toMatchObject({ renamed: [], dropped: [], derived: [] });
      }),
    );
  });

  it("agrees with the chain about what is upsampled before filtering", () => {
    for (const [label, sensor] of [
      ["Cz", "eeg"],
      ["ECG", "ecg"],
      ["PPG", "ppg"],
    ] as const) {
      for (const sfreq of [64, 100, 128, 150, 160, 200, 250, 256, 500, 1000]) {
        const { upsampled, resampled } = planContract(channels([label], sfreq));
        expect(upsampled.length === 1).toBe(planChain(sensor, sfreq).upsampleFirst);
        expect(upsampled.length + resampled.length).toBe(sfreq === 256 ? 0 : 1);
      }
    }
  });
});

describe("descriptions", () => {
  it("say in plain sentences what happens", () => {
    const file = [...channels(["EEG Fp1", "EEG Cz", "EEG A2-A1"]), channel("ECG", 256, "mV"), channel("BVP", 64, "")];
    expect(describeContract(planContract(file, { drop: ["Foo"] }))).toEqual([
      "Uses 1 ECG: I.",
      "Uses 2 EEG: FP1, CZ.",
      "Uses 1 PPG: PPG.",
      "Renamed EEG Fp1 to FP1, EEG Cz to CZ: EEG electrode.",
      "Renamed ECG to I: ECG whose label states no lead, taken as lead I.",
      "Renamed BVP to PPG: photoplethysmogram.",
      "Resampled EEG Fp1, EEG Cz: filtered at 250 Hz, then brought to 256 Hz.",
      "Upsampled BVP: from 64 up to 256 Hz before filtering; it holds nothing above 32 Hz.",
      "Left out EEG A2-A1: the difference of two reference electrodes: used only where it is asked for by name.",
      'Not found Foo: asked for as "drop", but no channel is called so.',
    ]);
    expect(describeContract(planContract(channels(["V1"], 256, "adu")))).toEqual([
      "Uses 1 ECG: V1.",
      "No known unit, taken as they are: V1.",
    ]);
  });
});
