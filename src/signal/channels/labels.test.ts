import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CHANNEL_NAMES } from "./channelNames.ts";
import { ELECTRODES, isReferenceElectrode } from "./electrodes.ts";
import { type LabelContext, parseLabel } from "./labels.ts";
import { ECG_LEADS } from "./locations.ts";

/** "kind name against reference", with marks for what is assumed, on request or without a place. */
function read(label: string, context?: LabelContext): string {
  const { kind, name, reference, electrodes, unplaced, assumed, onRequest } = parseLabel(label, context);
  const parts: string[] = [kind];
  if (name !== undefined) parts.push(name);
  if (unplaced !== undefined) parts.push(`?${unplaced}`);
  if (reference !== undefined && electrodes === undefined) parts.push(`against ${reference}`);
  if (assumed) parts.push("(assumed)");
  if (onRequest) parts.push("(on request)");
  return parts.join(" ");
}

describe("labels of real recordings", () => {
  it.each([
    // CHB-MIT
    ["FP1-F7", "eeg FP1-F7"],
    ["F7-T7", "eeg F7-T3"],
    ["P7-O1", "eeg T5-O1"],
    ["FT9-FT10", "eeg FT9-FT10"],
    ["T8-P8-1", "eeg T4-T6"],
    ["CZ-PZ", "eeg CZ-PZ"],
    ["F7-CS2", "eeg F7 against CS2"],
    ["LOC-ROC", "eog"],
    ["EKG1-CHIN", "ecg I (assumed)"],
    ["VNS", "auxiliary"],
    ["-", "unknown"],
    ["--0", "unknown"],
    // Sleep-EDF
    ["EEG Fpz-Cz", "eeg FPZ-CZ"],
    ["EEG Pz-Oz", "eeg PZ-OZ"],
    ["EOG horizontal", "eog"],
    ["Resp oro-nasal", "resp"],
    ["EMG submental", "emg"],
    ["Temp rectal", "temp"],
    ["Event marker", "stim"],
    // TUH
    ["EEG FP1-REF", "eeg FP1 against REF"],
    ["EEG FP1-LE", "eeg FP1 against LE"],
    ["EEG T3-REF", "eeg T3 against REF"],
    ["EEG A1-REF", "eeg A1 against REF (on request)"],
    ["EEG EKG1-REF", "ecg I (assumed)"],
    ["ECG EKG-REF", "ecg I (assumed)"],
    ["EEG LOC-REF", "eog"],
    ["EEG T1-REF", "eeg"],
    ["EEG SP2-REF", "eeg"],
    ["EEG PG1-LE", "eeg"],
    ["EEG 26-REF", "eeg ?26-REF"],
    ["EEG RESP1-REF", "resp"],
    ["EMG-REF", "emg"],
    ["PHOTIC-REF", "stim"],
    ["PULSE RATE", "rate"],
    ["DC1-DC", "auxiliary"],
    ["IBI", "rate"],
    // HMC, ISRUC, other sleep laboratories
    ["EEG F4-M1", "eeg F4 against M1"],
    ["EEG C3-M2", "eeg C3 against M2"],
    ["EMG chin", "emg"],
    ["EOG E1-M2", "eog"],
    ["E2-M2", "eog"],
    ["E57", "unknown"],
    ["C4M1", "eeg C4 against M1"],
    ["O1-A2", "eeg O1 against A2"],
    ["C3:A2", "eeg C3 against A2"],
    ["EEG C4-CLE", "eeg C4 against CLE"],
    ["F4-M1M2", "eeg F4 against M1M2"],
    ["Fp1-(A1+A2)", "eeg FP1 against A1+A2"],
    ["Fp1 - A1/A2", "eeg FP1 against A1+A2"],
    ["LAT1", "emg"],
    ["SaO2", "spo2"],
    ["Snore", "resp"],
    // SHHS and MESA
    ["EEG(sec)", "eeg ?SEC"],
    ["EEG", "eeg ?"],
    ["EKG", "ecg I (assumed)"],
    ["Pleth", "ppg PPG"],
    ["SpO2", "spo2"],
    ["HR", "rate"],
    // MIMIC
    ["PLETH", "ppg PPG"],
    ["II", "ecg II"],
    ["V", "ecg"],
    ["AVR", "ecg AVR"],
    ["MCL1", "ecg V1"],
    ["ABP", "pressure"],
    ["RESP", "resp"],
    // MIT-BIH and other Holters
    ["MLII", "ecg II"],
    ["MLI", "ecg I"],
    ["MLIII", "ecg III"],
    ["MV2", "ecg V2"],
    ["V5", "ecg V5"],
    ["CM5", "ecg V5"],
    ["ECG1", "ecg I (assumed)"],
    // PTB-XL, CODE-15, vendors
    ["aVF", "ecg AVF"],
    ["a VL", "ecg AVL"],
    ["-aVR", "ecg"],
    ["DII", "ecg II"],
    ["Lead II", "ecg II"],
    ["lead_1", "ecg I"],
    ["ECG I", "ecg I"],
    ["ECGIII", "ecg III"],
    ["EKG V3-REF", "ecg V3"],
    ["ECG C2", "ecg V2"],
    ["ECG LA", "ecg"],
    ["Chest ECG", "ecg I (assumed)"],
    ["ECG HR", "rate"],
    // PhysioNet eegmmidb, eegmat, Siena
    ["Fc5.", "eeg FC5"],
    ["Cz..", "eeg CZ"],
    ["Af7.", "eeg AF7"],
    ["EEG Fp1", "eeg FP1"],
    ["EEG A2-A1", "eeg A2-A1 (on request)"],
    ["ECG ECG", "ecg I (assumed)"],
    ["EKG EKG", "ecg I (assumed)"],
    // wearables
    ["TP9", "eeg TP9"],
    ["AF7", "eeg AF7"],
    ["RAW_TP10", "eeg TP10"],
    ["EEG.AF3", "eeg AF3"],
    ["CQ.AF3", "quality"],
    ["EEG.Counter", "time"],
    ["BVP", "ppg PPG"],
    ["PPG2", "ppg PPG"],
    ["wrist_PPG_green", "ppg PPG"],
    ["PPG_Ambient", "light"],
    ["GREEN", "ppg PPG (assumed)"],
    ["IR", "ppg PPG (assumed)"],
    ["R", "unknown"],
    ["accX", "acc"],
    ["heartRate", "rate"],
    ["EDA", "eda"],
    ["Timestamp", "time"],
    // amplifier exports
    ["EEG-Cz", "eeg CZ"],
    ["POL Fp2", "eeg FP2"],
    ["EEG Fp1 – Ref [µV]", "eeg FP1 against REF"],
    ["EEG O2-CAR", "eeg O2 against CAR"],
    ["P3-AR", "eeg P3 against AR"],
    ["F4 AVG", "eeg F4 against AVG"],
    ["FCC5h", "eeg FCC5H"],
    ["CB1", "eeg CB1"],
    ["A1-T3", "eeg A1-T3"],
    ["T4-A2", "eeg T4-A2"],
    ["T3-A1", "eeg T3 against A1"],
    ["EEG Foo", "eeg ?FOO"],
    ["EEG C3'", "eeg ?C3'"],
    ["Foo", "unknown"],
    ["EDF Annotations", "annotation"],
    ["BDF Annotations", "annotation"],
    ["STI 014", "stim"],
    ["Status", "quality"],
    ["", "unknown"],
  ])("%s is %s", (label, wanted) => {
    expect(read(label)).toBe(wanted);
  });

  it.each([
    ["P1", { unit: "mmHg" }, "pressure"],
    ["P1", { unit: "uV" }, "eeg P1"],
    ["O2", { unit: "%" }, "unknown"],
    ["Pleth", { unit: "%" }, "ppg PPG"],
    ["ECG", { unit: "bpm" }, "rate"],
    ["T3", { unit: "°C" }, "temp"],
    ["PLETH", { unit: "NU" }, "ppg PPG"],
    ["C1", { sensor: "ecg" }, "ecg V1"],
    ["C1", {}, "eeg C1"],
    ["ch1", { sensor: "ecg" }, "ecg I (assumed)"],
    ["ch1", { sensor: "ecg", ecgLead: "II" }, "ecg II (assumed)"],
    ["ch1", { sensor: "ppg" }, "ppg PPG"],
    ["ch1", { sensor: "eeg" }, "eeg ?CH1"],
    ["Resp", { sensor: "ppg" }, "resp"],
    ["Cz", { sensor: "ppg" }, "eeg CZ"],
  ] as const)("%s with %o is %s", (label, context, wanted) => {
    expect(read(label, context)).toBe(wanted);
  });
});

describe("canonical names", () => {
  const single = [...ELECTRODES.keys()];
  const known = CHANNEL_NAMES.filter((name) => name !== "ECG");

  it("read as themselves: every electrode, every lead, every known name", () => {
    for (const name of [...single, ...ECG_LEADS.keys(), ...known]) expect(parseLabel(name).name, name).toBe(name);
  });

  it("of pairs read as themselves", () => {
    const electrode = fc.constantFrom(...single);
    fc.assert(
      fc.property(electrode, electrode, (plus, minus) => {
        const { name } = parseLabel(`${plus}-${minus}`);
        if (name !== undefined) expect(parseLabel(name).name).toBe(name);
        else expect(plus).toBe(minus);
      }),
    );
  });

  it("survive prefixes, references, case and trailing dots", () => {
    const dress = fc.record({
      name: fc.constantFrom(...single.filter((name) => !isReferenceElectrode(name))),
      prefix: fc.constantFrom("", "EEG ", "EEG-", "eeg_", "POL "),
      suffix: fc.constantFrom("", "-Ref", "-REF", "-LE", "-AR", "-CAR", " - A1A2", "..", "."),
      lower: fc.boolean(),
    });
    fc.assert(
      fc.property(dress, ({ name, prefix, suffix, lower }) => {
        const label = prefix + (lower ? name.toLowerCase() : name) + suffix;
        expect(parseLabel(label)).toMatchObject({ kind: "eeg", name });
      }),
    );
  });

  it("any text reads as something, with a reason", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (label) => {
        expect(parseLabel(label).reason).not.toBe("");
      }),
    );
    expect(parseLabel("EEG ".repeat(20_000)).kind).toBe("eeg");
    expect(parseLabel("..-".repeat(50_000)).kind).toBe("unknown");
  });
});
