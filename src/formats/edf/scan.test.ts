import { describe, expect, it } from "vitest";
import type { Recording } from "../../signal/recording.ts";
import { memorySource } from "../source/byteSource.ts";
import { openEdf } from "./edf.ts";
import { craftEdf, timed } from "./pairs/craft.ts";
import { parseTals } from "./tal.ts";

/** A file of one-second records that keep the given times (or hold the given bytes), 10 samples each. */
const open = (tals: readonly string[], reserved = "EDF+D", duration = "1"): Promise<Recording> => {
  const samples = tals.map((_, r) => Array.from({ length: 10 }, (_, i) => 10 * r + i));
  const signals = [{ physicalMin: "-32768", physicalMax: "32767", samples }, { tals }];
  return openEdf(memorySource(craftEdf({ reserved, duration, signals }), "x.edf"));
};

describe("segments", () => {
  it("records that follow each other make one segment, also with rounded times", async () => {
    const { segments, warnings } = await open([timed(0), timed(0.9996), timed(2.0003), timed(3)]);
    expect(segments).toEqual([{ onset: 0, duration: 4 }]);
    expect(warnings).toEqual([]);
  });

  it("many small steps in one direction are a drift that opens a segment in the end", async () => {
    const times = Array.from({ length: 40 }, (_, r) => timed(Number((r * 1.0009).toFixed(4))));
    const { segments } = await open(times);
    expect(segments.length).toBeGreaterThan(1);
    expect(segments.reduce((sum, { duration }) => sum + duration, 0)).toBe(40);
  });

  it("a gap of one sample is a gap", async () => {
    const { segments } = await open([timed(0), timed(1.1), timed(2.1)]);
    expect(segments).toEqual([
      { onset: 0, duration: 1 },
      { onset: 1.1, duration: 2 },
    ]);
  });

  it("times count from the first record", async () => {
    const { segments, annotations } = await open([timed(0.5), timed(7.5, "+8\x14here\x14\0")]);
    expect(segments[1].onset).toBe(7);
    expect(annotations[0].onset).toBe(7.5);
  });

  it("a record that keeps no time follows the one before, with a warning", async () => {
    const { segments, warnings } = await open([timed(0), "+1.5\x14event\x14\0", timed(9)]);
    expect(segments).toEqual([
      { onset: 0, duration: 2 },
      { onset: 9, duration: 1 },
    ]);
    expect(warnings).toEqual(["1 data records do not keep their time: they were taken to follow the one before."]);
  });

  it("a file said to be continuous stays so, and its gaps are told", async () => {
    const { segments, warnings } = await open([timed(0), timed(5), timed(6)], "EDF+C");
    expect(segments).toEqual([{ onset: 0, duration: 3 }]);
    expect(warnings[0]).toContain("1 of its records keep a time with a gap or overlap");
  });

  it("time that runs backwards opens a segment, with a warning", async () => {
    const { segments, warnings } = await open([timed(0), timed(0)]);
    expect(segments.length).toBe(2);
    expect(warnings).toEqual(["1 segments start before the one in front of them ends."]);
  });

  it("record durations that the header rounds do not open segments", async () => {
    const times = Array.from({ length: 3000 }, (_, r) => timed(Number((r / 3).toFixed(6))));
    const { segments } = await open(times, "EDF+D", "0.333333");
    expect(segments.length).toBe(1);
  });
});

describe("annotations", () => {
  it("are told in order of time, whatever the record that holds them", async () => {
    const { annotations } = await open([timed(0, "+1.5\x14b\x14\0+0.5\x1521.25\x14a\x14A\x14\0"), timed(1)]);
    expect(annotations).toEqual([
      { onset: 0.5, duration: 21.25, text: "a" },
      { onset: 0.5, duration: 21.25, text: "A" },
      { onset: 1.5, duration: 0, text: "b" },
    ]);
  });

  it("damaged entries are left out and counted", async () => {
    const { annotations, warnings } = await open([
      timed(0, "garbage\0+x\x14y\x14\0+0.1\x15-2\x14z\x14\0+0.2\x14good\x14\0"),
    ]);
    expect(annotations.map(({ text }) => text)).toEqual(["good"]);
    expect(warnings).toEqual(["3 damaged annotation entries were left out."]);
  });

  it("an entry that fills the slot to its last byte is read, one that is cut off is not", () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    expect(parseTals(bytes("+1\x14ab\x14")).tals).toEqual([{ onset: 1, duration: 0, texts: ["ab"] }]);
    expect(parseTals(bytes("+1\x14ab"))).toEqual({ tals: [], broken: 1 });
  });

  it("texts that are not UTF-8 are taken as Latin-1", () => {
    const bytes = Uint8Array.from([0x2b, 0x31, 0x14, 0x6d, 0xfc, 0x64, 0x65, 0x14, 0]);
    expect(parseTals(bytes).tals[0].texts).toEqual(["müde"]);
  });

  it("are found in plain EDF too, by the label", async () => {
    const { annotations, format } = await open([timed(0, "+0.5\x14a\x14\0")], "");
    expect(format).toBe("EDF");
    expect(annotations.length).toBe(1);
  });
});
