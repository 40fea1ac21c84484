import { existsSync, readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { gzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { PanlunaError } from "../../errors.ts";
import { memorySource } from "../source/byteSource.ts";
import { csvFormat } from "./csv.ts";

const pair = (name: string) => new Uint8Array(readFileSync(new URL(`./pairs/${name}`, import.meta.url)));
const pairs = JSON.parse(new TextDecoder().decode(pair("pairs.json"))) as {
  x: [number[], number[]];
  camera: { sfreq: number; gap_ends: number; segments: number[][][] };
};
const openPair = (name: string, options: object = {}) => csvFormat.open(memorySource(pair(name), name), options);
const openText = (text: string, options: object = {}, name = "x.csv") =>
  csvFormat.open(memorySource(new TextEncoder().encode(text), name), options);
const x = pairs.x.map((column) => Float64Array.from(column));
const two = { labels: ["Fp1", "Fp2"] };

describe("csvFormat", () => {
  it("reads header, units, quotes and the rate of rounded times", async () => {
    const recording = await openPair("header.csv");
    expect(recording.channels).toMatchObject([
      { label: "ECG", unit: "mV", sfreq: 128, nTimes: 60 },
      { label: "PPG, left", unit: "", sfreq: 128 },
    ]);
    expect(await recording.read()).toEqual(x);
    expect(recording.warnings).toEqual([]);
  });

  it.each([
    ["decimal.csv", { ...two, sfreq: 100 }],
    ["blanks.txt", { ...two, sfreq: 100 }],
    ["utf16.csv", { sfreq: 100 }],
    ["device.tsv", {}],
    ["clock.csv", {}],
  ])("reads the values of %s as NumPy wrote them", async (name, options) => {
    const recording = await openPair(name, options);
    expect(recording.channels.map(({ label }) => label)).toEqual(two.labels);
    expect(await recording.read()).toEqual(x);
  });

  it("takes rate and units from the lines above the table", async () => {
    const recording = await openPair("device.tsv");
    expect(recording.channels[1]).toMatchObject({ sfreq: 250, unit: "uV" });
    expect(recording.warnings).toEqual(['Column "index" holds times or counts samples and was left out.']);
  });

  it("takes rate and start from clock times and leaves texts out", async () => {
    const recording = await openPair("clock.csv");
    expect(recording.channels[0].sfreq).toBe(50);
    expect(recording.identity.startTime).toBe("2021-05-01T10:00:00.000");
    expect(recording.warnings).toEqual(['Column "note" holds no numbers and was left out.']);
  });

  it("interpolates irregular rows as numpy.interp does, and divides at the gap", async () => {
    const recording = await openPair("camera.csv.gz");
    const { sfreq, gap_ends, segments } = pairs.camera;
    expect(recording.channels[0].sfreq).toBeCloseTo(sfreq, 9);
    expect(recording.segments.map(({ onset }) => onset)).toEqual([0, gap_ends / 1000]);
    for (const [s, expected] of segments.entries()) {
      const read = await recording.read({ segment: s });
      for (const [c, values] of expected.entries()) {
        expect(read[c]).toHaveLength(values.length);
        for (const [i, value] of values.entries()) expect(Math.abs(read[c][i] - value)).toBeLessThan(1e-9);
      }
    }
    expect(recording.warnings.join(" ")).toMatch(
      /1 of 61 rows do not go forward.*1 times, at most 2000 ms.*irregular.*median 3\d ms/,
    );
  });

  it("reads the Empatica layout", async () => {
    const bvp = await openPair("S01_BVP.csv.gz");
    expect(bvp.format).toBe("CSV (Empatica E4)");
    expect(bvp.channels).toMatchObject([{ label: "BVP", sfreq: 64, nTimes: 60 }]);
    expect(bvp.identity.startTime).toBe("2022-02-07T09:27:41.000");
    expect(await bvp.read()).toEqual([x[0]]);
    const acc = await openPair("ACC.csv");
    expect(acc.channels.map(({ label, sfreq }) => [label, sfreq])).toEqual([["ACC_X", 32], ["ACC_Y", 32], ["ACC_Z", 32]]); // biome-ignore format: one line
    expect((await acc.read({ channels: [1], from: 0.5, to: 0.5625 }))[0]).toEqual(Float64Array.of(-16, -17));
    await expect(openPair("IBI.csv")).rejects.toThrow(/intervals between heart beats.*BVP\.csv/);
  });

  it("asks once for all that is missing, with both ways to say it", async () => {
    await expect(openText("1,2\n2,1\n1,2\n")).rejects.toThrow(
      /does not say the sampling rate.*the channel names.*2 labels.*--sfreq 250 --labels Fp1,Fp2,.*open\("x\.csv", \{ sfreq: 250, labels: \["Fp1", "Fp2"\] \}\)/,
    );
    await expect(openText("ECG\n1\n2\n1\n")).rejects.toThrow(
      /does not say the sampling rate \(no column of times tells it\)/,
    );
    await expect(openText("a,b\n1,2\n2,1\n", { sfreq: 10, labels: ["a"] })).rejects.toThrow(/expected 2 labels.*got 1/);
    await expect(openText("a\n1\n2\n", { sfreq: 0 })).rejects.toThrow(/sampling rate cannot be used/);
  });

  it("uses a rate that the user states, and says when the times disagree", async () => {
    const recording = await openPair("header.csv", { sfreq: 256 });
    expect(recording.channels[0].sfreq).toBe(256);
    expect(recording.warnings.join()).toMatch(/stated rate of 256 Hz is used.*show 127.98 Hz/);
  });

  it("reads a table as far as it is sound", async () => {
    const recording = await openText(`a,b\n${"1,2\n".repeat(20)}3\n${"1,x\n"}5,6\n7`, { sfreq: 10 });
    const [a, b] = await recording.read();
    expect([...a.slice(20)]).toEqual([3, 1, 5]);
    expect([...b.slice(20)]).toEqual([Number.NaN, Number.NaN, 6]);
    expect(recording.warnings).toEqual([
      "The last line (25) is incomplete and was left out.",
      "1 of 23 rows have another number of fields than 2 (first in line 22): missing values are NaN.",
      'Column "b" has 1 of 23 fields that are no numbers: they are NaN.',
    ]);
  });

  it("refuses what is no regular table, and times that run backwards", async () => {
    await expect(openText("1,2\n1,2,3\n1,2\n1,2\n1,2,3\n2,3\n", { sfreq: 1, ...two })).rejects.toThrow(
      /not a regular table.*2 fields/,
    );
    await expect(openText("hello\nworld\n")).rejects.toThrow(/no rows of numbers/);
    await expect(openText("time (s),a\n1.1,2\n1.0,1\n0.9,2\n0.8,1\n")).rejects.toThrow(
      /does not go forward.*--sfreq 250/,
    );
  });

  it("gives the same values whatever the blocks, plain or gzipped", async () => {
    const text = `Fp1,Fp2\n${Array.from({ length: 150_000 }, (_, i) => `${i % 977},${-i % 31}.25`).join("\n")}`;
    expect(text.length).toBeGreaterThan(2 ** 20);
    const plain = await openText(text, { sfreq: 256 });
    const bytes = gzipSync(new TextEncoder().encode(text), { level: 1 });
    const packed = await csvFormat.open(memorySource(bytes, "x.csv.gz"), { sfreq: 256 });
    const read = await plain.read();
    expect(read).toEqual(await packed.read());
    expect([read[0].length, read[0][149_999], read[1][149_999]]).toEqual([
      150_000,
      149_999 % 977,
      -(149_999 % 31) - 0.25,
    ]);
  });

  it("refuses damaged gzip files", async () => {
    const good = pair("S01_BVP.csv.gz");
    const cut = memorySource(good.subarray(0, good.length - 60), "BVP.csv.gz");
    await expect(csvFormat.open(cut, {})).rejects.toThrow(/damaged compressed data|truncated/);
  });

  it("fails with its own errors alone on any text", async () => {
    const fields = fc.oneof(fc.integer(), fc.double(), fc.constantFrom("", "a", "1e5", '"', "-", "time", "12:00:01"));
    const rows = fc.array(fc.array(fields.map(String), { maxLength: 5 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(rows, fc.constantFrom(",", ";", "\t", " "), async (table, separator) => {
        const text = table.map((row) => row.join(separator)).join("\n");
        try {
          const recording = await openText(text, { sfreq: 10 });
          await recording.read();
        } catch (error) {
          expect(error, text).toBeInstanceOf(PanlunaError);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is recognised by its content", () => {
    for (const name of [
      "header.csv",
      "decimal.csv",
      "device.tsv",
      "blanks.txt",
      "utf16.csv",
      "camera.csv.gz",
      "ACC.csv",
    ]) {
      expect([name, csvFormat.recognise(pair(name), "unnamed")]).toEqual([name, true]);
    }
    const text = new TextEncoder().encode("Dear reader,\nthis is a letter, not a table.\nYours,\nme\nand you\n");
    expect(csvFormat.recognise(text, "letter.txt")).toBe(false);
    expect(csvFormat.recognise(new Uint8Array(100), "x.csv")).toBe(false);
  });
});

const data = new URL("../../../../shared/data/", import.meta.url);
const openLocal = (path: string) =>
  csvFormat.open(memorySource(new Uint8Array(readFileSync(new URL(path, data))), path.split("/").at(-1)), {});
const BVP = [-7.93, -8.97, -10.3];
describe.skipIf(!existsSync(data))("real tables (needs ../shared/data)", () => {
  it("opens wrist PPG", async () => {
    const recording = await openLocal("stress-predict/S01/BVP.csv.gz");
    expect(recording.channels).toMatchObject([{ label: "BVP", sfreq: 64 }]);
    const [bvp] = await recording.read({ from: 1000, to: 1000 + 3 / 64 });
    expect([...bvp]).toEqual(BVP); // numpy.loadtxt(...)[2 + 64000 : 2 + 64003]
  });

  it("opens every camera PPG, in few segments", async () => {
    for (const subject of readdirSync(new URL("welltory/data/", data))) {
      const recording = await openLocal(`welltory/data/${subject}/PPG.csv`);
      expect(recording.channels.map(({ label }) => label)).toEqual(["R", "G", "B"]);
      expect(recording.channels[0].sfreq).toBeGreaterThan(28);
      expect(recording.channels[0].sfreq).toBeLessThan(31);
      expect(recording.segments.length).toBeLessThan(15);
      const seconds = recording.segments.reduce((sum, { duration }) => sum + duration, 0);
      expect(seconds).toBeGreaterThan(60);
    }
  });
});
