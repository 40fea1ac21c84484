import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import type { Recording } from "../../signal/recording.ts";
import { memorySource } from "../source/byteSource.ts";
import { fileSource } from "../source/node.ts";
import { edfFormat, openEdf } from "./edf.ts";
import { craftEdf, timed } from "./pairs/craft.ts";

const PAIRS = new URL("pairs/", import.meta.url);
const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(name, PAIRS)));

interface Expected {
  readonly channels: readonly {
    readonly label: string;
    readonly unit: string;
    readonly sfreq: number;
    readonly factor: number;
    readonly values: readonly number[];
  }[];
  readonly annotations: readonly { readonly onset: number; readonly duration: number; readonly text: string }[];
}

/** All segments of every channel, one after the other. */
async function readAll(recording: Recording): Promise<number[][]> {
  const parts = await Promise.all(recording.segments.map((_, segment) => recording.read({ segment })));
  return recording.channels.map((_, c) => parts.flatMap((part) => [...part[c]]));
}

describe("file pairs: the same values as MNE reads", () => {
  const names = [
    "plain.edf",
    "plusC.edf",
    "plusD.edf",
    "plain.bdf",
    "plusC.bdf",
    "negativeGain.edf",
    "unknownCount.edf",
    "truncated.edf",
    "longer.edf",
    "commaAndNuls.edf",
    "thirds.edf",
    "annotationsOnly.edf",
  ];
  it.each(names)("%s", async (name) => {
    const expected = JSON.parse(readFileSync(new URL(`${name}.json`, PAIRS), "utf8")) as Expected;
    const recording = await openEdf(memorySource(bytesOf(name), name));
    expect(recording.channels.map(({ label, unit, sfreq }) => ({ label, unit, sfreq }))).toEqual(
      expected.channels.map(({ label, unit, sfreq }) => ({ label, unit, sfreq })),
    );
    const values = await readAll(recording);
    for (const [c, channel] of expected.channels.entries()) {
      expect(values[c].length).toBe(channel.values.length);
      expect(recording.channels[c].nTimes).toBe(channel.values.length);
      // Both compute a line in float64 in another order: a few roundings of the largest value.
      const tolerance = 1e-15 * 8 * Math.max(...channel.values.map(Math.abs));
      const worst = Math.max(...channel.values.map((v, i) => Math.abs(values[c][i] * channel.factor - v)));
      expect(worst).toBeLessThanOrEqual(tolerance);
    }
    expect(recording.annotations.map(({ text, duration }) => ({ text, duration }))).toEqual(
      expected.annotations.map(({ text, duration }) => ({ text, duration })),
    );
    for (const [i, { onset }] of expected.annotations.entries()) {
      expect(recording.annotations[i].onset).toBeCloseTo(onset, 12);
    }
  });
});

describe("openEdf", () => {
  it("keeps the gaps of a discontinuous file", async () => {
    const recording = await openEdf(memorySource(bytesOf("plusD.edf"), "plusD.edf"));
    expect(recording.format).toBe("EDF+D");
    expect(recording.segments).toEqual([
      { onset: 0, duration: 1 },
      { onset: 10.25, duration: 1 },
      { onset: 3600.1, duration: 0.5 },
    ]);
    const all = await readAll(recording);
    const [ppg] = await recording.read({ segment: 1, channels: [1], from: 0.3, to: 0.7 });
    expect([...ppg]).toEqual(all[1].slice(20 + 6, 20 + 14));
    expect(recording.warnings).toEqual([]);
  });

  it("keeps who and when apart in identity, without the unknowns", async () => {
    const plain = await openEdf(memorySource(bytesOf("plain.edf"), "plain.edf"));
    expect(plain.identity).toEqual({
      patient: "MCH-0234567 F 02-MAY-1951 Haagse_Harry",
      recording: "Startdate 02-MAR-2002 PSG-1234/2002 NN Telemetry03",
      startTime: "2002-03-02T23:15:30",
      notes: [
        "patient code: MCH-0234567",
        "sex: F",
        "birthdate: 02-MAY-1951",
        "name: Haagse Harry",
        "administration code: PSG-1234/2002",
        "technician: NN",
        "equipment: Telemetry03",
      ],
    });
    const { identity: _, ...rest } = plain;
    expect(JSON.stringify(rest)).not.toMatch(/Harry|2002|MCH/);
    expect((await openEdf(memorySource(bytesOf("plusD.edf")))).identity).toEqual({});
  });

  it("adds the fraction that the first record keeps to the start time", async () => {
    const { identity } = await openEdf(memorySource(bytesOf("plusC.edf")));
    expect(identity.startTime).toBe("1999-12-31T23:59:59.250");
  });

  it("tells prefilter and transducer per channel", async () => {
    const { channels } = await openEdf(memorySource(bytesOf("plain.edf")));
    expect(channels.map(({ notes }) => notes)).toEqual([
      { prefilter: "HP:0.1Hz LP:75Hz N:50Hz" },
      { transducer: "AgAgCl electrode" },
      undefined,
    ]);
  });

  it("gives an annotation that names a channel its index", async () => {
    const tals = [timed(0, "+0.5\x14Limb movement@@EMG RAT\x14\0+0.6\x14mail a@@b\x14\0")];
    const signals = [{ label: "Fz", samples: [[1]] }, { tals }, { label: "EMG RAT", samples: [[1]] }];
    const { annotations } = await openEdf(memorySource(craftEdf({ reserved: "EDF+C", signals })));
    expect(annotations).toEqual([
      { onset: 0.5, duration: 0, text: "Limb movement", channel: 1 },
      { onset: 0.6, duration: 0, text: "mail a@@b" },
    ]);
  });

  it("reads a file that it recognises, and recognises no other", () => {
    const { recognise } = edfFormat;
    for (const name of ["plain.edf", "plain.bdf", "plusD.edf", "commaAndNuls.edf", "annotationsOnly.edf"]) {
      expect(recognise(bytesOf(name), "x")).toBe(true);
    }
    const text = (head: string): Uint8Array => new TextEncoder().encode(head.padEnd(400, "0 1.5\n"));
    expect(recognise(text("0       1.5 2.5\n"), "table.txt")).toBe(false);
    expect(recognise(text("GDF 1.25"), "x.gdf")).toBe(false);
    expect(recognise(new Uint8Array(0), "x.edf")).toBe(false);
    expect(recognise(bytesOf("plain.edf").subarray(0, 100), "x.edf")).toBe(false);
  });

  it("refuses a request outside the recording, and stays usable", async () => {
    const recording = await openEdf(memorySource(bytesOf("plain.edf"), "plain.edf"));
    await expect(recording.read({ from: 2, to: 4 })).rejects.toThrow("plain.edf: time range outside segment 0");
    await expect(recording.read({ channels: [3] })).rejects.toThrow("no such channel");
    expect((await recording.read({ channels: [2], from: 1, to: 1 }))[0].length).toBe(0);
  });

  it("passes a failure of the medium on", async () => {
    const whole = memorySource(bytesOf("plain.edf"), "plain.edf");
    const failing = {
      ...whole,
      read: async (offset: number, length: number) => {
        if (offset < 1024) return whole.read(offset, length);
        throw new FormatError({ where: "plain.edf", what: "became shorter while it was read" });
      },
    };
    await expect((await openEdf(failing)).read()).rejects.toThrow("became shorter");
  });
});

const EEGMAT = new URL("../../../../shared/data/eegmat/", import.meta.url);

describe.skipIf(!existsSync(EEGMAT))("the recordings of eegmat (needs ../shared/data)", () => {
  const expected = JSON.parse(readFileSync(new URL("eegmat.json", PAIRS), "utf8"));
  const people = [...Array(36).keys()].flatMap((i) =>
    [1, 2].map((n) => `Subject${String(i).padStart(2, "0")}_${n}.edf`),
  );
  const names = people.filter((name) => existsSync(new URL(name, EEGMAT)));

  it("all have 20 EEG channels in uV and an ECG in mV of 250 Hz, whole and without a warning", async () => {
    expect(names.length).toBe(56);
    for (const name of names) {
      const source = await fileSource(new URL(name, EEGMAT).pathname);
      const recording = await openEdf(source);
      expect(recording.warnings).toEqual([]);
      expect(recording.format).toBe("EDF");
      expect(recording.channels.map(({ label }) => label)).toEqual(expected.labels);
      const units = [...new Array(20).fill("uV"), "mV"];
      expect(recording.channels.map(({ unit }) => unit)).toEqual(units);
      expect(new Set(recording.channels.map(({ sfreq }) => sfreq))).toEqual(new Set([250]));
      expect(recording.channels[0].nTimes * 2 * 21 + 256 * 22).toBe(source.size);
      expect(recording.identity.patient).toBeDefined();
      expect(recording.identity.startTime).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d$/);
      await recording.close();
    }
  });

  it("have the values that MNE reads", async () => {
    const recording = await openEdf(await fileSource(new URL(expected.file, EEGMAT).pathname));
    const values = await recording.read();
    const from = expected.start / 250;
    const excerpt = await recording.read({ from, to: from + 20 / 250 });
    for (const [c, wanted] of expected.excerpt.entries()) {
      expect(values[c].length).toBe(expected.nTimes);
      for (const [i, value] of wanted.entries()) expect(excerpt[c][i]).toBeCloseTo(value, 9);
      const sumOfSquares = values[c].reduce((sum, v) => sum + v * v, 0);
      expect(Math.abs(sumOfSquares / expected.sumOfSquares[c] - 1)).toBeLessThan(1e-11);
      const rounding = 1e-11 * Math.sqrt(expected.sumOfSquares[c] * expected.nTimes);
      expect(Math.abs(values[c].reduce((sum, v) => sum + v, 0) - expected.sum[c])).toBeLessThan(rounding);
    }
    await recording.close();
  });
});
