import { describe, expect, it } from "vitest";
import { faultOf, type QualityFlag, type QualityRow, type Sensor } from "../../signal/index.ts";
import { judgeWindow } from "./usable.ts";

const row = (flags: QualityFlag[] = [], nonFiniteShare = 0): QualityRow => ({
  flat: flags.includes("flat"),
  clippedShare: 0,
  mains50: 0,
  mains60: 0,
  nonFiniteShare,
  peakToPeak: 1,
  flags,
});
const used = (...sensors: Sensor[]) => sensors.map((sensor) => ({ sensor }));

describe("the usable part of a window", () => {
  it("is all of it where nothing is wrong, mains or a few missing samples included", () => {
    expect(judgeWindow(used("eeg", "ecg"), [row(["mains50"]), row(["missing"], 0.05)])).toEqual({
      channels: [0, 1],
      quality: 1,
      leftOut: [],
    });
  });

  it("goes without a sensor that has no usable channel", () => {
    expect(judgeWindow(used("eeg", "ecg", "eeg"), [row(), row(["small"]), row(["flat"])])).toEqual({
      channels: [0, 2],
      quality: 0.5,
      leftOut: [{ sensor: "ecg", reason: "small" }],
    });
  });

  it("can be nothing", () => {
    expect(judgeWindow(used("eeg", "eeg", "ppg"), [row(["flat"]), row(["large"]), row([], 0.2)])).toEqual({
      channels: [],
      quality: 0,
      leftOut: [
        { sensor: "eeg", reason: "flat, large" },
        { sensor: "ppg", reason: "missing" },
      ],
    });
  });

  it("names the first fault", () => {
    expect(faultOf(row(["clipped", "mains60"]))).toBe("clipped");
    expect(faultOf(row(["mains60"]))).toBeUndefined();
  });
});
