import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError, PanlunaError } from "../../errors.ts";
import { MAX_SIGNALS, parseWfdbHeader } from "./header.ts";
import { looksLikeHeader } from "./headerFile.ts";

const parse = (...lines: string[]) => parseWfdbHeader(lines.join("\n"), "r.hea");
const signal = (line: string) => parse("r 1 100 10", line).signals[0];
const bytes = (text: string) => new TextEncoder().encode(text);

describe("record line", () => {
  it("reads every field", () => {
    const header = parse("rec_1 0 3.6e2/60(-12.5) 650000 13:5:0.5 25/4/1989");
    expect(header).toMatchObject({ recordName: "rec_1", nSignals: 0, frameRate: 360, nFrames: 650000 });
    expect(header).toMatchObject({ counterFrequency: 60, baseCounter: -12.5, startTime: "1989-04-25T13:05:00.5" });
  });

  it("takes 250 Hz, an open number of samples and the sampling rate as counter rate where they are missing", () => {
    const { frameRate, nFrames, counterFrequency, baseCounter, startTime } = parse("r 0");
    expect([frameRate, nFrames, counterFrequency, baseCounter, startTime]).toEqual([250, undefined, 250, 0, undefined]);
    expect(parse("r 0 360. 0").nFrames).toBeUndefined();
  });

  it.each([
    ["0:0:0 0/0/0", undefined],
    ["13:05:00", "T13:05:00"],
    ["5:30", "T00:05:30"],
    ["0:0:0 1/2/2003", "2003-02-01T00:00:00"],
  ])("takes the start %s for %s", (fields, startTime) => {
    expect(parse(`r 0 100 10 ${fields}`)).toMatchObject({ startTime, warnings: [] });
  });

  it.each(["25:00:00", "noon", "10:10:10 31/2/2000", "10:10:10 2000-02-01"])(
    "ignores the start %s with a warning that does not repeat it",
    (fields) => {
      const { warnings } = parse(`r 0 100 10 ${fields}`);
      expect(warnings.length).toBe(1);
      expect(warnings[0]).toMatch(/^r\.hea: the base (time|date) is not/);
      for (const field of fields.split(" ")) expect(warnings[0]).not.toContain(field);
    },
  );

  it("reads Windows line ends, tabs, blank lines and comments anywhere", () => {
    const header = parseWfdbHeader("# first\r\n\r\n  r\t1 100\t10\r\n# mid\r\nr.dat 16\r\n#last \r\n#\r\n", "r.hea");
    expect(header.signals.length).toBe(1);
    expect(header.comments).toEqual(["first", "mid", "last"]);
  });
});

describe("signal line", () => {
  it("reads every field", () => {
    expect(signal("r.dat 212x4:3+512 -2.5e2(-7)/uV^2/Hz 11 1024 995 -22131 4096 lead  MLII ")).toEqual({
      fileName: "r.dat",
      format: 212,
      samplesPerFrame: 4,
      skew: 3,
      byteOffset: 512,
      gain: -250,
      calibrated: true,
      baseline: -7,
      unit: "uV^2/Hz",
      adcResolution: 11,
      adcZero: 1024,
      initialValue: 995,
      hasInitialValue: true,
      checksum: -22131,
      blockSize: 4096,
      description: "lead  MLII",
    });
  });

  it("has the defaults of header(5): gain 200 per mV, baseline and initial value at the ADC zero", () => {
    expect(signal("r.dat 16")).toMatchObject({
      gain: 200,
      calibrated: false,
      unit: "mV",
      baseline: 0,
      initialValue: 0,
    });
    expect(signal("r.dat 16")).toMatchObject({ checksum: undefined, description: "record r, signal 0" });
    expect(signal("r.dat 16 0 12 77")).toMatchObject({ gain: 200, calibrated: false, baseline: 77, initialValue: 77 });
    expect(signal("r.dat 16 100/uV 12 77")).toMatchObject({ gain: 100, calibrated: true, baseline: 77, unit: "uV" });
    expect(signal("r.dat 16 100(0) 12 77")).toMatchObject({ baseline: 0, initialValue: 77 });
  });

  it("reads the headers of the PhysioNet challenges, whose signals stand behind a MAT preamble", () => {
    const line = "A0001.mat 16+24 1000/mV 16 0 28 -1716 0 I";
    expect(signal(line)).toMatchObject({ byteOffset: 24, gain: 1000, unit: "mV", description: "I" });
  });
});

describe("segment lines", () => {
  it("are read instead of signal lines", () => {
    const { segments, signals } = parse("r/3 2 100 30", "a 10", "~ 5", "b 15");
    expect(signals).toEqual([]);
    expect(segments).toEqual([
      { name: "a", nFrames: 10 },
      { name: "~", nFrames: 5 },
      { name: "b", nFrames: 15 },
    ]);
  });
});

describe("a malformed header is refused with line, field, expected and got", () => {
  it.each([
    ["no lines", [""], /r\.hea: has no record line: expected/],
    ["only comments", ["# a", "#"], /has no record line/],
    ["no number of signals", ["r"], /bad number of signals at line 1: expected .*, got nothing/],
    ["negative signals", ["r -1 100"], /bad number of signals at line 1: expected .* at least 0, got "-1"/],
    ["signals no number", ["r two 100"], /bad number of signals/],
    ["too many signals", [`r ${MAX_SIGNALS + 1} 100`], /too many signals at line 1: expected at most 4096, got 4097/],
    ["rate zero", ["r 0 0"], /bad sampling rate at line 1: expected a positive number of Hz, got "0"/],
    ["rate negative", ["r 0 -360"], /bad sampling rate/],
    ["rate endless", ["r 0 1e999"], /bad sampling rate/],
    ["rate no number", ["r 0 fast"], /bad sampling rate/],
    ["counter no number", ["r 0 360/x"], /bad sampling rate/],
    ["samples negative", ["r 0 360 -5"], /bad number of samples/],
    ["samples beyond 2^53", ["r 0 360 99999999999999999"], /bad number of samples/],
    ["segments zero", ["r/0 1 100"], /bad number of segments at line 1: expected .* at least 1/],
    ["segments no number", ["r/x 1 100"], /bad number of segments/],
    ["a path as record name", ["a/b/2 1 100"], /bad record name/],
    [
      "too few signal lines",
      ["r 2 100 10", "r.dat 16"],
      /has too few signal lines at line 2: expected 2, got 1\. The header is/,
    ],
    ["too few segment lines", ["r/3 1 100 10", "a 10"], /has too few segment lines at line 2: expected 3, got 1/],
    ["signal line of one field", ["r 1", "r.dat"], /bad signal line at line 2/],
    ["format no number", ["r 1", "r.dat x16"], /bad storage format at line 2: expected a number such as/],
    [
      "format unknown",
      ["r 1", "r.dat 17"],
      /unknown storage format at line 2: expected one of 0, 8, 16, .*311, got 17/,
    ],
    ["format FLAC", ["r 1", "r.dat 516"], /FLAC are not read at line 2: .* got 516\. Convert the record to format 16/],
    ["no samples per frame", ["r 1", "r.dat 16x0"], /bad samples per frame at line 2: expected .* at least 1/],
    ["huge samples per frame", ["r 1", "~ 0x99999999"], /bad samples per frame at line 2: expected at most 1048576/],
    ["skew no number", ["r 1", "r.dat 16:-1"], /bad storage format/],
    ["offset beyond 2^53", ["r 1", "r.dat 16+99999999999999999"], /bad byte offset/],
    ["gain no number", ["r 1", "r.dat 16 x/mV"], /bad gain at line 2: expected a number such as 200/],
    ["gain endless", ["r 1", "r.dat 16 1e999"], /bad gain/],
    ["baseline no number", ["r 1", "r.dat 16 200(a)/mV"], /bad gain/],
    ["baseline beyond 2^53", ["r 1", "r.dat 16 200(99999999999999999)"], /bad baseline/],
    ["resolution no number", ["r 1", "r.dat 16 200 x"], /bad ADC resolution/],
    ["ADC zero no number", ["r 1", "r.dat 16 200 12 1.5"], /bad ADC zero/],
    ["initial value no number", ["r 1", "r.dat 16 200 12 0 ?"], /bad initial value/],
    ["checksum no number", ["r 1", "r.dat 16 200 12 0 0 ?"], /bad checksum/],
    [
      "block size no number",
      ["r 1", "r.dat 16 200 12 0 0 0 I"],
      /bad block size at line 2: expected a whole number, got "I"/,
    ],
    ["segment without length", ["r/1 1", "a"], /bad number of samples of the segment at line 2/],
    ["segment with a third field", ["r/1 1", "a 10 b"], /bad segment line/],
    ["standard input", ["r 1", "- 16"], /takes its samples from standard input/],
    ["a folder in a file name", ["r 1", "../etc/passwd 16"], /refuses to open a file outside its own folder/],
    ["an absolute file name", ["r 1", "/dev/nrmt0 16"], /refuses to open a file outside its own folder/],
    ["a Windows path", ["r 1", "c:\\x.dat 16"], /refuses to open a file outside its own folder/],
    [
      "a folder in a segment name",
      ["r/1 1", "p00/a 10"],
      /refuses to open a file outside its own folder.*got "p00\/a"/,
    ],
    ["a segment one folder up", ["r/1 1", ".. 10"], /refuses to open a file outside its own folder/],
  ] as [string, string[], RegExp][])("%s", (_, lines, message) => {
    expect(() => parse(...lines)).toThrow(FormatError);
    expect(() => parse(...lines)).toThrow(message);
  });

  it("any text either parses or gives a tagged error", () => {
    const field = fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom("r/2", "16", "212x2", "200(1)/mV", "~", "1e3", "\n", " "),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 20 }), (fields) => {
        try {
          parseWfdbHeader(fields.join(" "), "any.hea");
        } catch (error) {
          expect(error).toBeInstanceOf(PanlunaError);
        }
      }),
      { numRuns: 500, seed: 1 },
    );
  });
});

it("lines after the last signal are not read, which is said", () => {
  expect(parse("r 1 100 10", "r.dat 16", "s.dat 16").warnings).toEqual([
    "r.hea: lines after the last signal are not read.",
  ]);
});

describe("recognition by content", () => {
  it.each([
    "100 2 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n",
    "# a comment\r\nr 1\r\nr.dat 16x2:1+24\r\n",
    "multi/3 2 360 45000\n100s 21600\n~ 1800\n100s 21600\n",
    "A0001 12 500 7500 12:00:00 05/02/2020\nA0001.mat 16+24 1000/mV 16 0 28 -1716 0 I",
    "layout 3 100 0\n~ 0 200/mV 12 0 0 0 0 II",
  ])("accepts %j", (text) => {
    expect(looksLikeHeader(bytes(text))).toBe(true);
  });

  it.each([
    "",
    "time,ecg\n0,1\n1,2\n",
    "1 2 360 4\n5 16 7 8\n9 16 1 2\n",
    "0       X X X X                                         ",
    '{"a": 1}\n',
    "100 2 360 650000\n",
    "100 2 360 650000\n100.dat 17 200\n",
    "r/3 2 360\nr.dat 16 200 12 0\n",
    "r 1\0\nr.dat 16\n",
  ])("refuses %j", (text) => {
    expect(looksLikeHeader(bytes(text))).toBe(false);
  });
});
