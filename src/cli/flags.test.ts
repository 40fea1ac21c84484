import { describe, expect, it } from "vitest";
import { UsageError } from "../errors.ts";
import {
  choice,
  choices,
  flagName,
  indices,
  list,
  number,
  pairs,
  text,
  timeRange,
  type Valued,
  whole,
} from "./flags.ts";

const parse = <T>(flag: Valued<T>, value: string) => flag.parse(value, "--x");

describe("flags", () => {
  it("spells keys as flags", () => expect(flagName("ecgLead")).toBe("--ecg-lead"));

  it("reads what is meant", () => {
    expect(parse(number("N", ""), "-2.5e1")).toBe(-25);
    expect(parse(whole("N", "", { from: 1 }), "3")).toBe(3);
    expect(parse(choice(["cpu", "webgpu"], ""), "CPU")).toBe("cpu");
    expect(parse(choices(["eeg", "ecg"], ""), "ecg, eeg")).toEqual(["ecg", "eeg"]);
    expect(parse(list("A", ""), "Fp1, EEG Cz")).toEqual(["Fp1", "EEG Cz"]);
    expect(parse(pairs("A=B", ""), "Foo=CZ,a=b=drop")).toEqual({ Foo: "CZ", "a=b": "drop" });
    expect(parse(indices("N", ""), "0-2,7")).toEqual([0, 1, 2, 7]);
    expect(parse(timeRange(""), "10:70")).toEqual({ from: 10, to: 70 });
    expect(parse(timeRange(""), ":70")).toEqual({ to: 70 });
    expect(parse(timeRange(""), "1.5:")).toEqual({ from: 1.5 });
  });

  it.each<[string, Valued<unknown>, string]>([
    ["no number", number("N", ""), "5s"],
    ["hexadecimal", number("N", ""), "0x10"],
    ["infinity", number("N", ""), "1e999"],
    ["an empty number", number("N", ""), ""],
    ["a bound", number("N", "", { above: 0 }), "0"],
    ["an upper bound", number("N", "", { from: 0, to: 1 }), "1.5"],
    ["a fraction", whole("N", ""), "1.5"],
    ["too large a count", whole("N", ""), "1e300"],
    ["an unknown choice", choice(["cpu"], ""), "gpu"],
    ["an unknown word", choices(["eeg"], ""), "eeg,emg"],
    ["an empty word", list("A", ""), "a,,b"],
    ["an empty text", text("A", ""), " "],
    ["a pair without name", pairs("A=B", ""), "Foo="],
    ["a pair without label", pairs("A=B", ""), "=CZ"],
    ["a backward range", indices("N", ""), "5-3"],
    ["a negative index", indices("N", ""), "-3"],
    ["a range too long to hold", indices("N", ""), "0-999999999999"],
    ["a range without colon", timeRange(""), "10"],
    ["a range of nothing", timeRange(""), ":"],
    ["a backward time range", timeRange(""), "20:10"],
    ["a negative time", timeRange(""), "-5:10"],
    ["three times", timeRange(""), "1:2:3"],
  ])("refuses %s and names the flag", (_, flag, value) => {
    expect(() => parse(flag, value)).toThrow(UsageError);
    expect(() => parse(flag, value)).toThrow(/^--x: cannot be read: expected /);
  });
});
