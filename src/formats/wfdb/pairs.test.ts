import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fileSource } from "../source/node.ts";
import { verifyChecksums } from "./checksum.ts";
import { openWfdb, type WfdbRecording } from "./wfdb.ts";

/** What pairs/make.py wrote beside each record; null is a missing sample. */
interface Expected {
  readonly sfreq: number;
  readonly segments: readonly [onset: number, duration: number][];
  readonly startTime?: string;
  readonly notes?: readonly string[];
  readonly channels: readonly { label: string; sfreq: number; unit: string; values: (number | null)[][] }[];
}

const folder = fileURLToPath(new URL("pairs/", import.meta.url));
const records = readdirSync(folder)
  .filter((name) => name.endsWith(".hea") && existsSync(`${folder}${name.replace(".hea", ".json")}`))
  .map((name) => name.replace(".hea", ""));

const expectedOf = (record: string): Expected => JSON.parse(readFileSync(`${folder}${record}.json`, "utf8"));
const openPair = async (record: string): Promise<WfdbRecording> => openWfdb(await fileSource(`${folder}${record}.hea`));
const nulled = (samples: Float64Array): (number | null)[] => Array.from(samples, (x) => (Number.isNaN(x) ? null : x));

it("there is a pair for every storage format, and for each kind of record", () => {
  const formats = [8, 16, 24, 32, 61, 80, 160, 212, 310, 311].map((format) => `f${format}`);
  expect(records.sort()).toEqual([...formats, "bare", "fixed", "mixed", "varies"].sort());
});

describe.each(records)("record %s encoded by pairs/make.py", (record) => {
  const expected = expectedOf(record);

  it("has the channels, segments and comments that were written", async () => {
    const recording = await openPair(record);
    expect(recording.channels.map(({ label, sfreq, unit }) => ({ label, sfreq, unit }))).toEqual(
      expected.channels.map(({ label, sfreq, unit }) => ({ label, sfreq, unit })),
    );
    expect(recording.channels.map(({ nTimes }) => nTimes)).toEqual(
      expected.channels.map((c) => c.values.flat().length),
    );
    expect(recording.segments).toEqual(expected.segments.map(([onset, duration]) => ({ onset, duration })));
    expect(recording.identity).toEqual({
      ...(expected.startTime && { startTime: expected.startTime }),
      ...(expected.notes && { notes: expected.notes }),
    });
    await recording.close();
  });

  it("gives every sample exactly", async () => {
    const recording = await openPair(record);
    for (const segment of expected.segments.keys()) {
      const samples = await recording.read({ segment });
      expect(samples.map(nulled)).toEqual(expected.channels.map(({ values }) => values[segment]));
    }
    await recording.close();
  });

  it("gives any range of any channels as the same part of the whole", async () => {
    const recording = await openPair(record);
    const pick = fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.subarray([...recording.channels.keys()], { minLength: 1 }));
    await fc.assert(
      fc.asyncProperty(pick, async ([s, a, b, channels]) => {
        const segment = s % recording.segments.length;
        const frames = Math.round(recording.segments[segment].duration * expected.sfreq);
        const [lo, hi] = [a % (frames + 1), b % (frames + 1)].sort((x, y) => x - y);
        const read = await recording.read({ segment, channels, from: lo / expected.sfreq, to: hi / expected.sfreq });
        const wanted = channels.map((c) => {
          const { values, sfreq } = expected.channels[c];
          const perFrame = sfreq / expected.sfreq;
          return values[segment].slice(lo * perFrame, hi * perFrame);
        });
        expect(read.map(nulled)).toEqual(wanted);
      }),
      { numRuns: 60, seed: 1 },
    );
    await recording.close();
  });

  it("has the checksums that its headers state", async () => {
    const recording = await openPair(record);
    const reports = await verifyChecksums(recording);
    expect(reports.length).toBeGreaterThan(0);
    expect(reports.map(({ ok }) => ok)).toEqual(reports.map(() => (record === "bare" ? undefined : true)));
    expect(recording.warnings.filter((text) => !/has no gain|is too short/.test(text))).toEqual([]);
    await recording.close();
  });
});
