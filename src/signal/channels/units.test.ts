import { describe, expect, it } from "vitest";
import { convertUnit, unitFamily } from "./units.ts";

describe("units", () => {
  it.each([
    ["uV", "eeg", "uV", 1],
    ["µV", "eeg", "uV", 1], // U+00B5
    ["μV", "eeg", "uV", 1], // U+03BC
    ["mV", "eeg", "uV", 1000],
    ["MV", "eeg", "uV", 1000],
    ["V", "eeg", "uV", 1e6],
    ["nV", "eeg", "uV", 1e-3],
    ["microvolts", "eeg", "uV", 1],
    ["uV", "ecg", "mV", 1e-3],
    [" [mV] ", "ecg", "mV", 1],
    ["V", "ecg", "mV", 1000],
    ["", "eeg", "a.u.", 1],
    ["adu", "ecg", "a.u.", 1],
    ["mV", "ppg", "a.u.", 1],
  ] as const)("%s of %s becomes %s, times %d", (from, sensor, unit, scale) => {
    expect(convertUnit(from, sensor)).toEqual({ unit, scale });
  });

  it.each([
    ["NU", "unknown"],
    ["%", "percent"],
    ["mmHg", "pressure"],
    ["°C", "temp"],
    ["degC", "temp"],
    ["bpm", "rate"],
    ["L/min", "flow"],
    ["µS", "eda"],
    ["g", "acc"],
    ["m/s^2", "acc"],
    ["ms", "time"],
  ])("%s is %s", (unit, family) => expect(unitFamily(unit)).toBe(family));
});
