import { describe, expect, it } from "vitest";
import type { Recording } from "../../signal/recording.ts";
import { memorySource } from "../source/byteSource.ts";
import { openEdf } from "./edf.ts";
import { type CraftedFile, craftEdf, timed } from "./pairs/craft.ts";

const open = (file: CraftedFile, change = (bytes: Uint8Array): Uint8Array => bytes): Promise<Recording> =>
  openEdf(memorySource(change(craftEdf(file)), "night.edf"));
const ramp = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);
const identity = { physicalMin: "-32768", physicalMax: "32767" }; // physical = digital
const two = { signals: [{ ...identity, samples: [ramp(4), ramp(4, 4)] }] };

describe("headers met in the wild", () => {
  it("−1 records: counted from the size", async () => {
    const recording = await open({ ...two, nRecords: "-1" });
    expect([...(await recording.read())[0]]).toEqual(ramp(8));
    expect(recording.warnings).toEqual(["The header does not say how many data records there are: 2 were counted."]);
  });

  it.each(["", "many", "0", "-7", "1.5"])("a record count of %j: counted from the size", async (nRecords) => {
    const recording = await open({ ...two, nRecords });
    expect(recording.channels[0].nTimes).toBe(8);
    expect(recording.warnings[0]).toContain("2 were counted");
  });

  it("a truncated last record: the whole ones are read", async () => {
    const recording = await open(two, (bytes) => bytes.subarray(0, bytes.length - 3));
    expect([...(await recording.read())[0]]).toEqual(ramp(4));
    expect(recording.segments).toEqual([{ onset: 0, duration: 1 }]);
    expect(recording.warnings).toEqual([
      "The file is truncated: it holds 1 of 2 data records and 5 bytes of an incomplete one, which were left out.",
    ]);
  });

  it("−1 records and a truncated last one", async () => {
    const recording = await open({ ...two, nRecords: "-1" }, (bytes) => bytes.subarray(0, bytes.length - 1));
    expect(recording.channels[0].nTimes).toBe(4);
    expect(recording.warnings[1]).toBe("The last data record is incomplete: its 7 bytes were left out.");
  });

  it("whole records beyond the stated count are read, other bytes are left out", async () => {
    const longer = await open({ ...two, nRecords: "1" });
    expect(longer.channels[0].nTimes).toBe(8);
    expect(longer.warnings).toEqual(["The header states 1 data records but the file holds 2: all were read."]);
    const tailed = await open(two, (bytes) => Uint8Array.from([...bytes, 1, 2, 3, 4, 5]));
    expect(tailed.channels[0].nTimes).toBe(8);
    expect(tailed.warnings).toEqual(["5 bytes after the last data record are not data and were left out."]);
  });

  it("a header without data: a recording of no length", async () => {
    const recording = await open({ signals: [{ samples: [], samplesPerRecord: "256" }], nRecords: "-1" });
    expect(recording.segments).toEqual([{ onset: 0, duration: 0 }]);
    expect((await recording.read())[0].length).toBe(0);
    expect(recording.warnings).toEqual(["The file ends after its header: it holds no data records."]);
  });

  it("digital minimum = maximum: the stored numbers without a unit", async () => {
    const recording = await open({ signals: [{ digitalMin: "0", digitalMax: "0", samples: [[-5, 7]] }] });
    expect([...(await recording.read())[0]]).toEqual([-5, 7]);
    expect(recording.channels[0].unit).toBe("");
    expect(recording.warnings).toEqual([
      "Channel C0: its calibration is not defined (physical -100 to 100, digital 0 to 0); its stored numbers are given without a unit.",
    ]);
  });

  it.each([
    ["physical minimum = maximum", { physicalMin: "5", physicalMax: "5" }],
    ["a physical maximum that is no number", { physicalMax: "n/a" }],
    ["an empty digital minimum", { digitalMin: "" }],
  ])("%s: the stored numbers without a unit", async (_, fields) => {
    const recording = await open({ signals: [{ ...fields, samples: [[-5, 7]] }] });
    expect([...(await recording.read())[0]]).toEqual([-5, 7]);
    expect(recording.channels[0].unit).toBe("");
    expect(recording.warnings[0]).toContain("is not defined");
  });

  it("swapped physical or digital ranges: a negative gain", async () => {
    const physical = { physicalMin: "32767", physicalMax: "-32768", samples: [[-32768, 0, 5, 32767]] };
    const digital = { ...identity, digitalMin: "32767", digitalMax: "-32768", samples: [[-32768, 0, 5, 32767]] };
    const recording = await open({ signals: [physical, digital] });
    const [a, b] = await recording.read();
    expect([...a]).toEqual([32767, -1, -6, -32768]);
    expect([...b]).toEqual([32767, -1, -6, -32768]);
    expect(recording.warnings.length).toBe(1); // a swapped physical range is allowed, a digital one is not
    expect(recording.warnings[0]).toContain("Channel C1: its digital minimum is above its maximum");
  });

  it.each([
    ["Latin-1", "EEG T\u00b5", "EEG Tµ"],
    ["UTF-8", "EEG T\u00c2\u00b5", "EEG Tµ"],
    ["control characters", "EEG\u001b[31m", "EEG [31m"],
    ["a NUL and what follows", "Fz\0Cz", "Fz"],
    ["leading blanks and tabs", " \t Fz\t", "Fz"],
  ])("labels with %s", async (_, written, label) => {
    const { channels } = await open({ signals: [{ label: written, samples: [[1]] }] });
    expect(channels[0].label).toBe(label);
  });

  it.each([
    ["\u00b5V", "µV"],
    ["\u00c2\u00b5V", "µV"],
    ["\u0083\u00caV", "μV"],
    ["", ""],
  ])("unit bytes %j", async (written, unit) => {
    const { channels } = await open({ signals: [{ unit: written, samples: [[1]] }] });
    expect(channels[0].unit).toBe(unit);
  });

  it.each(["\0", "\t", " "])("padding with %j", async (pad) => {
    const recording = await open({ ...two, pad });
    expect([...(await recording.read())[0]]).toEqual(ramp(8));
    expect(recording.warnings).toEqual([]);
  });

  it("the comma as the decimal separator, in ranges and duration", async () => {
    const signal = { physicalMin: "-3276,8", physicalMax: "3276,7", samples: [[10, -10]] };
    const recording = await open({ duration: "0,5", signals: [signal] });
    const [values] = await recording.read();
    expect(values[0]).toBeCloseTo(1, 12);
    expect(values[1]).toBeCloseTo(-1, 12);
    expect(recording.channels[0].sfreq).toBe(4);
  });

  it("records shorter than a second", async () => {
    const recording = await open({ duration: "0.015625", signals: [{ ...identity, samples: [ramp(4), ramp(4, 4)] }] });
    expect(recording.channels[0].sfreq).toBe(256);
    expect(recording.segments[0].duration).toBe(0.03125);
    const [values] = await recording.read({ from: 3 / 256, to: 5 / 256 });
    expect([...values]).toEqual([3, 4]);
  });

  it("a record duration of 0 with samples: 1 s and a warning", async () => {
    const recording = await open({ ...two, duration: "0" });
    expect(recording.channels[0].sfreq).toBe(4);
    expect(recording.warnings[0]).toContain("1 s was assumed");
  });

  it("annotations only, with a record duration of 0", async () => {
    const tals = [timed(0, "+30\x1530\x14Sleep stage N1\x14\0"), timed(0, "+900\x14Lights off\x14\0")];
    const recording = await open({ duration: "0", reserved: "EDF+C", signals: [{ tals }] });
    expect(recording.channels).toEqual([]);
    expect(recording.segments).toEqual([{ onset: 0, duration: 0 }]);
    expect(recording.annotations.map(({ onset, text }) => [onset, text])).toEqual([
      [30, "Sleep stage N1"],
      [900, "Lights off"],
    ]);
    expect(await recording.read()).toEqual([]);
    expect(recording.warnings).toEqual([]);
  });

  it("a signal without samples is left out", async () => {
    const signals = [{ label: "Off", samples: [[], []] }, two.signals[0]];
    const recording = await open({ signals });
    expect(recording.channels.map(({ label }) => label)).toEqual(["C1"]);
    expect([...(await recording.read())[0]]).toEqual(ramp(8));
    expect(recording.warnings).toEqual(["Channel Off has no samples and was left out."]);
  });

  it("only signals without samples: nothing to read, no endless counting", async () => {
    const recording = await open({ signals: [{ samples: [[], []] }], nRecords: "99999999" });
    expect(recording.channels).toEqual([]);
    expect(recording.segments).toEqual([{ onset: 0, duration: 0 }]);
  });

  it.each(["0", "512 bytes", "", "99999999", "-1"])("a wrong header size (%j) is counted anew", async (headerBytes) => {
    const recording = await open({ ...two, headerBytes });
    expect([...(await recording.read())[0]]).toEqual(ramp(8));
    expect(recording.warnings[0]).toContain("512 bytes were used");
  });

  it("a longer header is believed where it alone fits the size of the file", async () => {
    const widened = (bytes: Uint8Array): Uint8Array =>
      Uint8Array.from([...bytes.subarray(0, 512), ...new Uint8Array(257), ...bytes.subarray(512)]);
    const recording = await open({ ...two, headerBytes: "769" }, widened);
    expect([...(await recording.read())[0]]).toEqual(ramp(8)); // also: samples at odd offsets
    expect(recording.warnings[0]).toContain("769 bytes were used");
  });

  it("duplicate labels stay, with a warning", async () => {
    const signal = { ...identity, label: "EEG", samples: [[1]] };
    const recording = await open({ signals: [signal, { ...signal, samples: [[2]] }] });
    expect((await recording.read()).map(([value]) => value)).toEqual([1, 2]);
    expect(recording.warnings[0]).toBe("2 channels are labelled EEG: they can be told apart by position only.");
  });

  it("dates that are none give no start time", async () => {
    for (const date of ["32.01.11", "00.00.00", "29.02.11", "today", ""]) {
      expect((await open({ ...two, date, recording: "x" })).identity.startTime).toBeUndefined();
    }
    expect((await open({ ...two, date: "29.02.84", recording: "x" })).identity.startTime).toBe("2084-02-29T00:00:00");
    expect((await open({ ...two, date: "01.01.85", recording: "x" })).identity.startTime).toBe("1985-01-01T00:00:00");
  });
});

describe("damaged headers are refused, with the place", () => {
  const far = "99999999";
  it.each([
    ["nothing", two, () => new Uint8Array(0), "ends inside its header at byte 0"],
    ["a cut table", two, (b: Uint8Array) => b.subarray(0, 300), "ends inside its header at byte 300"],
    ["another version", { ...two, version: "1" }, undefined, "is neither EDF nor BDF at byte 0"],
    ["no signals", { ...two, nSignals: "0" }, undefined, "does not give the number of signals at byte 252"],
    ["negative signals", { ...two, nSignals: "-1" }, undefined, "does not give the number of signals"],
    ["more signals than bytes", { ...two, nSignals: "9999" }, undefined, "expected 2560000 bytes of header"],
    ["no duration", { ...two, duration: "long" }, undefined, "the duration of a data record at byte 244"],
    ["a negative duration", { ...two, duration: "-1" }, undefined, "the duration of a data record"],
    ["half samples", { signals: [{ samples: [[1]], samplesPerRecord: "1.5" }] }, undefined, "at byte 472"],
    [
      "negative samples",
      { signals: [{ samples: [[1]], samplesPerRecord: "-4" }] },
      undefined,
      "signal 0 (C0) at byte 472",
    ],
  ])("%s", async (_, file: CraftedFile, change, message) => {
    await expect(open(file, change)).rejects.toThrow(`night.edf: `);
    await expect(open(file, change)).rejects.toThrow(message);
  });

  it("absurd samples per record: no complete record, nothing allocated", async () => {
    const recording = await open({ signals: [{ samples: [[1]], samplesPerRecord: far }], nRecords: far });
    expect(recording.channels[0].nTimes).toBe(0);
    expect(recording.warnings[0]).toContain(`it holds 0 of ${far} data records`);
  });
});
