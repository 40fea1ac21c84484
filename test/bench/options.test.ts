import { describe, expect, it } from "vitest";
import { benchOptions, timingOptions } from "../../bench/options.ts";

describe("options of the timing programs", () => {
  it("have the program's own thread count as the default", () => {
    const plain = { threads: [2], cases: [], repeat: 5, profile: false, out: undefined };
    expect(timingOptions([], "2")).toEqual(plain);
    expect(benchOptions([], "2")).toEqual({ ...plain, batches: [1, 16], montage: "embedded", positionals: [] });
  });

  it("read lists, counts and flags", () => {
    const args = ["--threads", "1,4", "--cases", "a,b", "--repeat", "9", "--profile", "--out", "x.json"];
    const read = { threads: [1, 4], cases: ["a", "b"], repeat: 9, profile: true, out: "x.json" };
    expect(timingOptions(args, "2")).toEqual(read);
    expect(benchOptions([...args, "folder", "--batches", "3"], "2")).toMatchObject({
      ...read,
      batches: [3],
      positionals: ["folder"],
    });
  });

  it("refuse what a program does not take", () => {
    expect(() => timingOptions(["--batches", "1"], "2")).toThrow("Unknown option '--batches'");
    expect(() => timingOptions(["folder"], "2")).toThrow("options: ");
    expect(() => timingOptions(["--threads", "0"], "2")).toThrow("--threads: not a count");
    expect(() => benchOptions(["--montage", "cube"], "2")).toThrow("--montage: unknown");
  });
});
