import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cutEdf } from "../samples/make/cutEdf.ts";
import { cutAnnotations, writeRecord } from "../samples/make/wfdb.ts";
import { makeSamples } from "../samples/make.ts";
import { open } from "../src/formats/node.ts";
import { parseEvents } from "../src/formats/wfdb/annotations.ts";
import { verifyChecksums } from "../src/formats/wfdb/checksum.ts";
import { isWfdbRecording } from "../src/formats/wfdb/wfdb.ts";
import { planContract } from "../src/signal/index.ts";

/** What samples.json says of one recording. */
interface Sample {
  readonly file: string;
  readonly files: readonly string[];
  readonly seconds: number;
  readonly options: Record<string, never>;
  readonly expected: { readonly sensors: readonly string[]; readonly channels: readonly string[] };
  readonly licence: string;
  readonly attribution: string;
  readonly source: string;
  readonly changes: string;
}

const folder = fileURLToPath(new URL("../samples/", import.meta.url));
const samples: readonly Sample[] = JSON.parse(readFileSync(`${folder}samples.json`, "utf8"));
const data = fileURLToPath(new URL("../../shared/data", import.meta.url));

describe("samples", () => {
  const recordings = readdirSync(folder).filter((name) => !/\.(ts|json|md)$/.test(name) && name !== "make");

  it("every file is attributed, in samples.json and in the README", () => {
    expect(recordings.sort()).toEqual(samples.flatMap(({ files }) => files).sort());
    const readme = readFileSync(`${folder}README.md`, "utf8");
    for (const { file, licence, attribution, source, changes } of samples) {
      expect(readme).toContain(`\`${file}\``);
      expect(["ODC-BY-1.0", "CC-BY-4.0"]).toContain(licence);
      expect(readme).toContain(attribution.split(".")[0]);
      expect(Math.min(attribution.length, source.length, changes.length)).toBeGreaterThan(20);
    }
  });

  it("are small: each file below 500 kB, all below 1.5 MB", () => {
    const sizes = recordings.map((name) => statSync(`${folder}${name}`).size);
    expect(Math.max(...sizes)).toBeLessThan(500_000);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_500_000);
  });
});

describe.each(samples)("sample $file", ({ file, seconds, options, expected }) => {
  it("opens without warnings, says nothing of the person, and has the channels expected", async () => {
    const recording = await open(`${folder}${file}`, options);
    expect(recording.warnings).toEqual([]);
    expect(recording.identity).toEqual({});
    expect(recording.segments).toEqual([{ onset: 0, duration: seconds }]);
    const { used } = planContract(recording.channels);
    expect(used.map(({ name }) => name)).toEqual(expected.channels);
    expect([...new Set(used.map(({ sensor }) => sensor as string))].sort()).toEqual([...expected.sensors].sort());
    await recording.close();
  });

  it("has finite samples that move, and checksums that fit", async () => {
    const recording = await open(`${folder}${file}`, options);
    for (const channel of await recording.read()) {
      expect(channel.every(Number.isFinite)).toBe(true);
      expect(new Set(channel).size).toBeGreaterThan(50);
    }
    if (isWfdbRecording(recording)) {
      const checks = await verifyChecksums(recording);
      expect(checks.length).toBe(recording.channels.length);
      expect(checks.filter(({ ok }) => ok !== true)).toEqual([]);
    }
    await recording.close();
  });
});

describe("what the samples hold", () => {
  it("the limb leads of the 12-lead ECG fit together, so they are in the right order", async () => {
    const recording = await open(`${folder}ptbxl-12lead.hea`);
    const [i, ii, iii, avr, avl, avf] = await recording.read({ channels: [0, 1, 2, 3, 4, 5] });
    await recording.close();
    const worst = (wanted: (t: number) => number, got: Float64Array) =>
      got.reduce((most, value, t) => Math.max(most, Math.abs(value - wanted(t))), 0);
    const step = 0.002; // mV: the leads were rounded one by one
    expect(worst((t) => ii[t] - i[t], iii)).toBeLessThan(step);
    expect(worst((t) => -(i[t] + ii[t]) / 2, avr)).toBeLessThan(step);
    expect(worst((t) => i[t] - ii[t] / 2, avl)).toBeLessThan(step);
    expect(worst((t) => ii[t] - i[t] / 2, avf)).toBeLessThan(step);
  });

  it("record 100 has 74 beats, one of them premature, each at a peak of the ECG", async () => {
    const recording = await open(`${folder}mitdb-100.hea`);
    const beats = recording.annotations.filter(({ text }) => text === "N" || text === "A");
    expect(beats).toHaveLength(74);
    expect(beats.filter(({ text }) => text === "A")).toEqual([{ onset: 2044 / 360, duration: 0, text: "A" }]);
    const [ii] = await recording.read({ channels: [0] });
    await recording.close();
    for (const { onset } of beats) {
      const at = Math.round(onset * 360);
      expect(Math.max(...ii.subarray(Math.max(0, at - 10), at + 10))).toBeGreaterThan(0.5); // mV
    }
  });
});

describe("how the samples are made", () => {
  it("written records read back as they were, in both storage formats", async () => {
    const samples = [
      [-2047, 0, 1, 2047, 5],
      [7, -8, 2047, -2047, 0],
    ];
    for (const format of [16, 212] as const) {
      const signals = samples.map((stored, s) => ({
        label: `S ${s}`,
        unit: "mV",
        gain: 2,
        baseline: 1,
        bits: 12,
        zero: 0,
        samples: stored,
      }));
      const files = writeRecord("r", 100, format, signals);
      const siblings = Object.entries(files).map(([name, bytes]) => new File([new Uint8Array(bytes)], name));
      const recording = await open(files["r.hea"], { name: "r.hea", siblings });
      if (!isWfdbRecording(recording)) throw new Error(`opened as ${recording.format}`);
      expect((await recording.read()).map((row) => [...row])).toEqual(
        samples.map((row) => row.map((value) => (value - 1) / 2)),
      );
      expect((await verifyChecksums(recording)).every(({ ok }) => ok === true)).toBe(true);
    }
    const tooLarge = { label: "S", unit: "mV", gain: 1, baseline: 0, bits: 12, zero: 0, samples: [2048] };
    expect(() => writeRecord("r", 100, 212, [tooLarge, tooLarge])).toThrow(RangeError);
    expect(() => writeRecord("r", 100, 16, [{ ...tooLarge, samples: [0.5] }])).toThrow(RangeError);
  });

  it("annotations are cut between two beats", () => {
    const word = (code: number, value: number) => [value & 0xff, (code << 2) | (value >> 8)];
    const aux = [...word(63, 3), 0x28, 0x4e, 0x00, 0x00]; // "(N" and its end, padded
    const file = Uint8Array.from([...word(28, 5), ...aux, ...word(1, 100), ...word(5, 100), ...word(1, 100), 0, 0]);
    const events = (nTimes: number) => parseEvents(cutAnnotations(file, nTimes), "r.atr").events;
    expect(events(205).map(({ time, symbol }) => [time, symbol])).toEqual([
      [5, "+"],
      [105, "N"],
    ]);
    expect(events(206)).toHaveLength(3);
    expect(events(1000)).toHaveLength(4);
    expect(parseEvents(cutAnnotations(file, 205), "r.atr").warnings).toEqual([]);
  });

  it("EDF files are cut at whole records only", () => {
    const edf = readFileSync(`${folder}eegmat-rest.edf`);
    const cut = cutEdf(edf, 2, 3);
    expect(cut.length).toBe(256 * 22 + 3 * 21 * 250 * 2);
    expect(cut.subarray(256 * 22)).toEqual(new Uint8Array(edf.subarray(256 * 22 + 2 * 10500, 256 * 22 + 5 * 10500)));
    expect(() => cutEdf(edf, 0.5, 1)).toThrow(RangeError);
    expect(() => cutEdf(edf, 44, 2)).toThrow(RangeError);
  });
});

describe.skipIf(!existsSync(data))("made anew from the data sets (needs ../shared/data)", () => {
  it("the samples are the same byte for byte", async () => {
    const files = await makeSamples(data);
    for (const [name, bytes] of Object.entries(files)) {
      expect(Buffer.compare(bytes, readFileSync(`${folder}${name}`)), name).toBe(0);
    }
    expect(Object.keys(files).sort()).toEqual(samples.flatMap(({ files: names }) => names).sort());
  });
});
