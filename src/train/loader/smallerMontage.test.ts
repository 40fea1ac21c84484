import { describe, expect, it } from "vitest";
import { placeOf } from "../../signal/index.ts";
import { smallerMontage } from "./smallerMontage.ts";

const CAP19 = "FP1 FP2 F7 F3 FZ F4 F8 T3 C3 CZ C4 T4 T5 P3 PZ P4 T6 O1 O2".split(" ");
const LEADS = "I II III AVR AVL AVF V1 V2 V3 V4 V5 V6".split(" ");
const LIMBS = LEADS.slice(0, 6).join(" ");
const RUNS = 4000;

/** Names that are left, in each of many micro-batches. */
function drawn(names: readonly string[], chance = 1, place = 0): string[] {
  const channels = names.map((name) => ({ name, ...placeOf(name)! }));
  const kept = names.map((_, c) => c);
  return Array.from({ length: RUNS }, (_, step) =>
    smallerMontage(channels, kept, chance, { seed: 1, step, place })
      .map((c) => names[c])
      .join(" "),
  );
}
const shareOf = (list: readonly string[], of: (names: string) => boolean) => list.filter(of).length / RUNS;
const expectShare = (share: number, p: number) =>
  expect(Math.abs(share - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / RUNS)); // 5 σ

describe("a smaller EEG", () => {
  it("is a headband, eight electrodes, or any of the channels, each as often", () => {
    const list = drawn(CAP19);
    expectShare(
      shareOf(list, (names) => names === "FP1 FP2 T3 T4"),
      1 / 3,
    );
    expectShare(
      shareOf(list, (names) => names === "FP1 FP2 C3 C4 T5 T6 O1 O2"),
      1 / 3,
    );
    const sizes = list.map((names) => names.split(" ").length);
    expect(Math.min(...sizes)).toBe(1);
    expect(Math.max(...sizes)).toBe(18);
    for (let size = 1; size < 19; size++) {
      if (size !== 4 && size !== 8) expectShare(sizes.filter((s) => s === size).length / RUNS, 1 / 3 / 18);
    }
  });

  it("takes the electrodes that there are, the nearest first, and any channels where the places are empty", () => {
    const headset = ["TP9", "AF7", "FZ", "AF8", "TP10", "T7", "FP1"];
    expect(shareOf(drawn(headset), (names) => names === "TP9 AF7 AF8 TP10")).toBeGreaterThan(0.45);
    const muse = drawn(["TP9", "AF7", "AF8", "TP10"]);
    expect(new Set(muse).size).toBe(2 ** 4 - 2); // its own headband is no smaller: only subsets
    const bipolar = new Set(drawn(["FP1-F7", "F7-T3", "FP2-F8"]));
    expect(bipolar.size).toBe(2 ** 3 - 2);
  });

  it("draws every channel as often where any can come", () => {
    const names = ["FP1-F7", "F7-T3", "FP2-F8", "CZ"];
    const list = drawn(names);
    for (const name of names)
      expectShare(
        shareOf(list, (found) => found.split(" ").includes(name)),
        0.5,
      );
  });
});

describe("a smaller ECG", () => {
  it("is one lead or the limb leads, as often; every lead as often", () => {
    const list = drawn(LEADS);
    expectShare(
      shareOf(list, (names) => names === LIMBS),
      0.5,
    );
    for (const lead of LEADS) {
      expectShare(
        shareOf(list, (names) => names === lead),
        1 / 24,
      );
    }
    expect(new Set(list).size).toBe(13);
  });

  it("is one lead where there are no others than limb leads", () => {
    expect(new Set(drawn(["I", "II"]))).toEqual(new Set(["I", "II"]));
  });
});

describe("set-ups of several sensors", () => {
  it("are drawn for EEG and ECG each; others stay, and a sensor of one channel too", () => {
    const list = drawn(["CZ", "PPG", "I", "V1", "PZ"], 0.3);
    expect(list.every((names) => names.includes("PPG"))).toBe(true);
    const fewer = (names: string, of: readonly string[]) => !of.every((name) => names.split(" ").includes(name));
    const [eeg, ecg] = [(names: string) => fewer(names, ["CZ", "PZ"]), (names: string) => fewer(names, ["I", "V1"])];
    expectShare(shareOf(list, eeg), 0.3);
    expectShare(shareOf(list, ecg), 0.3);
    expectShare(
      shareOf(list, (names) => eeg(names) && ecg(names)),
      0.09,
    );
    expect(new Set(drawn(["CZ", "II", "PPG"]))).toEqual(new Set(["CZ II PPG"]));
  });

  it("are the same whenever they are asked for, others at another place, and all channels where it is off", () => {
    expect(drawn(CAP19)).toEqual(drawn(CAP19));
    expect(drawn(CAP19, 1, 1)).not.toEqual(drawn(CAP19));
    expect(new Set(drawn(CAP19, 0))).toEqual(new Set([CAP19.join(" ")]));
  });
});
