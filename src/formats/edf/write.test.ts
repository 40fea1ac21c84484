import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ArrayChannel,
  type ArrayRecordingOptions,
  type ReadRequest,
  type Recording,
  recordingFromArrays,
} from "../../signal/recording.ts";
import { memorySource } from "../source/byteSource.ts";
import { openEdf } from "./edf.ts";
import { type EdfWriteOptions, type EdfWriteReport, writeEdf } from "./write.ts";

async function written(
  recording: Recording,
  options?: EdfWriteOptions,
): Promise<{ bytes: Uint8Array; report: EdfWriteReport }> {
  const parts: Uint8Array[] = [];
  const report = await writeEdf(recording, async (part) => void parts.push(part), options);
  const bytes = new Uint8Array(Buffer.concat(parts));
  expect(report.bytes).toBe(bytes.length);
  return { bytes, report };
}

async function roundTrip(channels: readonly ArrayChannel[], more?: ArrayRecordingOptions, options?: EdfWriteOptions) {
  const recording = recordingFromArrays(channels, more);
  const { bytes, report } = await written(recording, options);
  return { recording, report, bytes, back: await openEdf(memorySource(bytes, "back.edf")) };
}

const wave = (n: number, size = 50): number[] =>
  Array.from({ length: n }, (_, i) => size * Math.sin(i * i * 0.001 + i));

/** Samples of all segments, padding cut off. */
async function samplesOf(back: Recording, original: Recording, channel: number): Promise<number[]> {
  const { sfreq } = original.channels[channel];
  const parts = await Promise.all(
    original.segments.map(async ({ duration }, segment) => {
      const [values] = await back.read({ segment, channels: [channel] });
      return [...values.slice(0, Math.round(duration * sfreq))];
    }),
  );
  return parts.flat();
}

describe("write and read back", () => {
  it("equals the recording to half a digital step, whatever its rates, values and length", async () => {
    const value = fc.oneof(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: -1e-5, max: 1e-5, noNaN: true }),
      fc.integer({ min: -1e9, max: 1e9 }),
    );
    const channel = fc.record({
      sfreq: fc.constantFrom(1, 4, 32, 64, 100, 125, 128, 250, 256, 360, 500, 512.5, 1000 / 3),
      unit: fc.constantFrom("uV", "mV", "V", "a.u.", ""),
      values: fc.array(value, { minLength: 1, maxLength: 20 }),
    });
    const property = fc.asyncProperty(
      fc.array(channel, { minLength: 1, maxLength: 4 }),
      fc.array(fc.double({ min: 0.01, max: 4, noNaN: true }), { minLength: 1, maxLength: 3 }),
      async (channels, durations) => {
        const segments = durations.map((duration, i) => ({ onset: 1000 * i, duration }));
        const arrays = channels.map(({ sfreq, unit, values }, c) => {
          const n = durations.reduce((sum, duration) => sum + Math.round(duration * sfreq), 0);
          return {
            label: `C${c}`,
            sfreq,
            unit,
            samples: Array.from({ length: n }, (_, i) => values[i % values.length]),
          };
        });
        fc.pre(arrays.some(({ samples }) => samples.length > 0));
        const hasAll = durations.every((duration) => channels.some(({ sfreq }) => Math.round(duration * sfreq) > 0));
        fc.pre(hasAll);
        const { recording, report, back } = await roundTrip(arrays, { segments });
        expect(back.warnings).toEqual([]);
        for (const [c, { samples, unit, sfreq }] of arrays.entries()) {
          const { step, unit: writtenUnit, physicalMin, physicalMax } = report.channels[c];
          const scale = unit === "V" && writtenUnit === "uV" ? 1e6 : 1;
          const values = await samplesOf(back, recording, c);
          expect(values.length).toBe(samples.length);
          expect(Math.abs(back.channels[c].sfreq / sfreq - 1)).toBeLessThan(1e-12);
          const rounding = 4e-16 * Math.max(Math.abs(physicalMin), Math.abs(physicalMax)); // of the float64 values
          const worst = samples.reduce((most, x, i) => Math.max(most, Math.abs(x * scale - values[i])), 0);
          expect(worst).toBeLessThanOrEqual(step * 0.5 * (1 + 1e-9) + rounding);
        }
      },
    );
    await fc.assert(property, { numRuns: 150 });
  });

  it("the step is no larger than the range of the samples demands", async () => {
    const { report } = await roundTrip([{ label: "Cz", sfreq: 256, unit: "uV", samples: wave(2560) }]);
    expect(report.channels[0].step).toBeLessThan((100 / 65535) * 1.0001);
  });

  it("writes gaps as EDF+D and keeps them", async () => {
    const segments = [
      { onset: 0, duration: 4 },
      { onset: 10.5, duration: 2 },
      { onset: 86_400.125, duration: 6 },
    ];
    const arrays = [
      { label: "ECG", sfreq: 250, unit: "mV", samples: wave(3000) },
      { label: "PPG", sfreq: 64, unit: "a.u.", samples: wave(768) },
    ];
    const { back, report } = await roundTrip(arrays, { segments });
    expect(report.format).toBe("EDF+D");
    expect(back.format).toBe("EDF+D");
    expect(back.segments).toEqual(segments);
    expect(report.warnings).toEqual([]);
  });

  it("time starts with the first segment", async () => {
    const segments = [
      { onset: 30, duration: 1 },
      { onset: 40, duration: 1 },
    ];
    const annotations = [{ onset: 40.25, duration: 0.5, text: "spike" }];
    const { back } = await roundTrip([{ label: "a", sfreq: 10, samples: wave(20) }], { segments, annotations });
    expect(back.segments.map(({ onset }) => onset)).toEqual([0, 10]);
    expect(back.annotations).toEqual([{ onset: 10.25, duration: 0.5, text: "spike" }]);
  });

  it("keeps annotations: onset, duration, any text, the channel", async () => {
    const annotations = [
      { onset: -2.5, duration: 0, text: "before" },
      { onset: 0, duration: 30, text: "Schlafstadium W – müde 眼を閉じる" },
      { onset: 1e-7, duration: 1 / 3, text: "fraction" },
      { onset: 2.123456789, duration: 0, text: "spike", channel: 1 },
      { onset: 5000, duration: 0, text: "long after the end" },
    ];
    const arrays = ["Fz", "Cz"].map((label) => ({ label, sfreq: 100, unit: "uV", samples: wave(500) }));
    const { back, report } = await roundTrip(arrays, { annotations });
    expect(back.annotations).toEqual(annotations);
    expect(back.warnings).toEqual([]);
    expect(report.format).toBe("EDF+C");
  });

  it("spreads many annotations over the records", async () => {
    const annotations = Array.from({ length: 500 }, (_, i) => ({ onset: 59.5, duration: 0, text: `event ${i}` }));
    const { back, bytes } = await roundTrip([{ label: "a", sfreq: 10, samples: wave(600) }], { annotations });
    expect(back.annotations.map(({ text }) => text)).toEqual(annotations.map(({ text }) => text));
    expect(bytes.length).toBeLessThan(40_000); // 500 in every record would be 500 kB
  });

  it("control characters leave, long texts are cut between characters, and both are told", async () => {
    const annotations = [
      { onset: 0, duration: 0, text: "a\u0014b\u0000c\nd" },
      { onset: 1, duration: 0, text: `${"x".repeat(999)}ü` },
      { onset: Number.NaN, duration: 0, text: "never" },
    ];
    const { back, report } = await roundTrip([{ label: "a", sfreq: 10, samples: wave(50) }], { annotations });
    expect(back.annotations.map(({ text }) => text)).toEqual(["a b c\nd", "x".repeat(999)]);
    expect(report.warnings).toEqual([
      "1 annotations without a usable onset were left out.",
      "1 annotations were shortened to 1000 bytes of text.",
    ]);
  });

  it("a recording without samples becomes a file of annotations", async () => {
    const annotations = [{ onset: 12.5, duration: 30, text: "Sleep stage N3" }];
    const { back, report } = await roundTrip([], { annotations });
    expect(back.annotations).toEqual(annotations);
    expect(back.channels).toEqual([]);
    expect(back.warnings).toEqual([]);
    expect(report.recordDuration).toBe(0);
  });

  it("samples that are no numbers become 0 and are counted, others stay", async () => {
    const samples = [...wave(100), Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 7, ...wave(96)];
    const { back, report } = await roundTrip([{ label: "a", sfreq: 100, samples }]);
    const [values] = await back.read();
    const { step } = report.channels[0];
    for (const [i, x] of samples.entries()) {
      expect(Math.abs(values[i] - (Number.isFinite(x) ? x : 0))).toBeLessThanOrEqual(step * 0.500001);
    }
    expect(report.channels[0].missing).toBe(3);
    expect(report.warnings).toEqual(["Channel a: 3 samples are no numbers and were written as 0."]);
  });

  it("a channel of nothing but NaN, and a flat one", async () => {
    const arrays = [
      { label: "nan", sfreq: 10, samples: new Array(20).fill(Number.NaN) },
      { label: "flat", sfreq: 10, samples: new Array(20).fill(-1234.5) },
    ];
    const [nan, flat] = await (await roundTrip(arrays)).back.read();
    expect([...nan]).toEqual(new Array(20).fill(0));
    expect([...flat]).toEqual(new Array(20).fill(-1234.5));
  });

  it("clips to the physical range given, counts it, and reads the recording once", async () => {
    const recording = recordingFromArrays([{ label: "a", sfreq: 10, unit: "uV", samples: wave(100) }]);
    let reads = 0;
    const spied = {
      ...recording,
      read: (request: ReadRequest) => {
        reads++;
        return recording.read(request);
      },
    };
    const { bytes, report } = await written(spied, { physicalRange: [[-10, 10]] });
    const [values] = await (await openEdf(memorySource(bytes))).read();
    expect(Math.max(...values)).toBe(10);
    expect(report.channels[0]).toMatchObject({ physicalMin: -10, physicalMax: 10 });
    expect(report.channels[0].clipped).toBe(wave(100).filter((x) => Math.abs(x) > 10).length);
    expect(reads).toBe(1);
    await expect(written(recording, { physicalRange: [[3, 3]] })).rejects.toThrow(
      "physicalRange of channel a: is no range",
    );
  });
});

describe("record duration", () => {
  const planOf = async (rates: readonly number[], seconds: number) => {
    const arrays = rates.map((sfreq, i) => ({
      label: `${i}`,
      sfreq,
      samples: new Float32Array(Math.round(seconds * sfreq)),
    }));
    const segments = [{ onset: 0, duration: seconds }];
    return (await roundTrip(arrays, { segments })).report;
  };

  it.each([
    [[256], 10, 1],
    [[250, 64, 4], 10, 1],
    [[256, 0.1], 20, 10],
    [[1000 / 3], 9, 0.9],
    [[128.5], 8, 2],
    [[512], 0.5, 0.5],
  ])("%j Hz over %d s: records of %d s, nothing padded", async (rates, seconds, duration) => {
    const report = await planOf(rates, seconds);
    expect(report.recordDuration).toBe(duration);
    expect(report.channels.map(({ sfreq }) => sfreq)).toEqual(rates);
    expect(report.channels.every(({ padded }) => padded === 0)).toBe(true);
    expect(report.warnings).toEqual([]);
  });

  it("wide files get shorter records, of at most 61440 bytes", async () => {
    const report = await planOf(new Array(64).fill(2048), 2);
    expect(report.recordDuration).toBeLessThan(0.25);
    expect(report.bytes / report.nRecords).toBeLessThanOrEqual(61440);
    expect(report.channels[0].padded).toBe(0);
  });

  it("where the length does not divide, the last sample is repeated, and that is told", async () => {
    const samples = wave(360 * 3 + 7);
    const { recording, report, back } = await roundTrip([{ label: "II", sfreq: 360, samples }]);
    expect(back.channels[0].sfreq).toBe(360);
    const [values] = await back.read();
    expect(report.channels[0].padded).toBe(values.length - samples.length);
    expect(report.channels[0].padded).toBeLessThan(36);
    expect(new Set(values.slice(samples.length - 1)).size).toBe(1);
    expect(report.warnings[0]).toContain("The last samples were repeated");
    expect((await samplesOf(back, recording, 0)).length).toBe(samples.length);
  });

  it("rates that are no fraction are written to a millionth, and that is told", async () => {
    const report = await planOf([249.98713456, 249.98713456], 60);
    for (const { sfreq } of report.channels) expect(Math.abs(sfreq / 249.98713456 - 1)).toBeLessThan(1e-6);
    expect(report.warnings[0]).toMatch(/^Channel 0 is written at 249\.98\d+ Hz instead of 249\.98713456 Hz\.$/);
  });

  it("rates that share no record duration are refused", async () => {
    await expect(planOf([Math.PI * 80, Math.E * 90, Math.SQRT2 * 77], 1)).rejects.toThrow(
      "Resample the channels to a common rate",
    );
    const bad = recordingFromArrays([{ label: "a", sfreq: 1, samples: [1] }]);
    const channels = [{ ...bad.channels[0], sfreq: Number.NaN }];
    await expect(written({ ...bad, channels })).rejects.toThrow("channel a: has no rate to write");
  });
});

describe("header", () => {
  const identity = {
    patient: "MCH-0234567 F 02-MAY-1951 Haagse_Harry",
    recording: "Startdate 02-MAR-2002 PSG-1234/2002 NN Telemetry03",
    startTime: "2002-03-02T23:15:30.250",
  };
  const arrays = [{ label: "Cz", sfreq: 10, unit: "uV", samples: wave(20) }];
  const text = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes.subarray(0, 256));

  it("says nothing of the person unless asked", async () => {
    const { bytes, back } = await roundTrip(arrays, { identity });
    expect(text(bytes).slice(8, 184)).toBe(`${"X X X X".padEnd(80)}${"Startdate X X X X".padEnd(80)}01.01.8500.00.00`);
    expect(back.identity).toEqual({});
    expect(new TextDecoder("latin1").decode(bytes)).not.toMatch(/Harry|2002|MCH|0\.25/);
  });

  it("keeps identity, to the fraction of the start time, where asked", async () => {
    const annotations = [{ onset: 1, duration: 0, text: "x" }];
    const { bytes, back } = await roundTrip(arrays, { identity, annotations }, { identity: true });
    expect(text(bytes).slice(168, 184)).toBe("02.03.0223.15.30");
    expect(back.identity).toMatchObject(identity);
    expect(back.annotations).toEqual(annotations);
    expect(back.segments[0].onset).toBe(0);
  });

  it("puts identities of other formats into the right subfields", async () => {
    const other = { patient: "Jöhn Doe", recording: "ward 7", startTime: "1999-12-31T23:59:59" };
    const segments = [{ onset: 2, duration: 2 }];
    const { back } = await roundTrip(arrays, { identity: other, segments }, { identity: true });
    expect(back.identity).toEqual({
      patient: "X X X John_Doe",
      recording: "Startdate 01-JAN-2000 X X ward_7",
      startTime: "2000-01-01T00:00:01",
      notes: ["name: John Doe", "equipment: ward 7"],
    });
  });

  it("labels and units are ASCII and stay apart; the change is told", async () => {
    const labels = ["EEG Fp1-Reference A", "EEG Fp1-Reference B", "Hautwiderstand Ω", "EDF Annotations", "Cz", "Cz"];
    const many = labels.map((label) => ({ label, sfreq: 10, unit: "µV", samples: wave(20) }));
    const { back, report } = await roundTrip(many);
    expect(back.channels.map(({ label }) => label)).toEqual([
      "EEG Fp1-Referenc",
      "EEG Fp1-Refere~2",
      "Hautwiderstand O",
      "EDF Annotations_",
      "Cz",
      "Cz",
    ]);
    expect(new Set(back.channels.map(({ unit }) => unit))).toEqual(new Set(["uV"]));
    expect(report.warnings.length).toBe(4);
  });

  it("small voltages are written in microvolts", async () => {
    const volts = wave(1000, 5e-5);
    const { back, report } = await roundTrip([{ label: "Cz", sfreq: 100, unit: "V", samples: volts }]);
    expect(back.channels[0].unit).toBe("uV");
    const [values] = await back.read();
    for (const [i, x] of volts.entries()) expect(Math.abs(values[i] - x * 1e6)).toBeLessThan(1e-3);
    expect(report.warnings[0]).toContain("Channel Cz is written in uV");
  });

  it("prefilter and transducer survive", async () => {
    const recording = recordingFromArrays(arrays);
    const notes = { prefilter: "HP:0.1Hz", transducer: "AgAgCl" };
    const { bytes } = await written({ ...recording, channels: [{ ...recording.channels[0], notes }] });
    expect((await openEdf(memorySource(bytes))).channels[0].notes).toEqual(notes);
  });
});

describe("long work", () => {
  const recording = recordingFromArrays([{ label: "a", sfreq: 1000, samples: new Float32Array(3_000_000) }]);

  it("tells its progress up to the end, over both passes", async () => {
    const told: number[] = [];
    await written(recording, { onProgress: (done, total) => void told.push(done / total) });
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.length).toBeGreaterThan(4);
  });

  it("stops when aborted, in either pass", async () => {
    for (const when of [0.2, 0.7]) {
      const controller = new AbortController();
      const onProgress = (done: number, total: number) => done / total > when && controller.abort();
      await expect(written(recording, { signal: controller.signal, onProgress })).rejects.toThrow("aborted");
    }
    await expect(written(recording, { signal: AbortSignal.abort() })).rejects.toThrow("aborted");
  });

  it("never asks for, or hands out, more than a block", async () => {
    let most = 0;
    const spied: Recording = {
      ...recording,
      async read(request) {
        const found = await recording.read(request);
        most = Math.max(most, ...found.map(({ length }) => length));
        return found;
      },
    };
    const report = await writeEdf(spied, async (part) => {
      most = Math.max(most, part.length / 2);
    });
    expect(report.bytes).toBeGreaterThan(6_000_000);
    expect(most).toBeLessThanOrEqual(2 ** 20);
  });
});

/** An interpreter that has MNE: the one in PATH, or Debian's. */
const python = ["python3", "/usr/bin/python3"].find((name) => spawnSync(name, ["-c", "import mne"]).status === 0);

describe.skipIf(python === undefined)("files as MNE reads them (needs python3 with mne)", () => {
  const script = fileURLToPath(new URL("pairs/readWithMne.py", import.meta.url));
  const readWithMne = (bytes: Uint8Array) => {
    const folder = mkdtempSync(join(tmpdir(), "panluna-edf-"));
    try {
      const path = join(folder, "written.edf");
      writeFileSync(path, bytes);
      return JSON.parse(execFileSync(python!, [script, path], { encoding: "utf8", maxBuffer: 2 ** 26 }));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it("rates, values, annotations and start are the same", async () => {
    const arrays = [
      { label: "EEG Cz", sfreq: 256, unit: "uV", samples: wave(256 * 6, 187.3) },
      { label: "ECG", sfreq: 500, unit: "mV", samples: wave(500 * 6, 1.7) },
      { label: "PPG", sfreq: 64, unit: "a.u.", samples: wave(64 * 6, 1e4) },
      { label: "tiny", sfreq: 1, unit: "", samples: wave(6, 1e-7) },
    ];
    const segments = [
      { onset: 0, duration: 4 },
      { onset: 60.5, duration: 2 },
    ];
    const annotations = [
      { onset: 0.5, duration: 1.25, text: "Öffnet die Augen" },
      { onset: 61, duration: 0, text: "spike" },
    ];
    const identity = { startTime: "2011-02-03T04:05:06" };
    const { recording, back, bytes } = await roundTrip(arrays, { segments, annotations, identity }, { identity: true });
    const mne = readWithMne(bytes);
    expect(mne.start).toBe("2011-02-03T04:05:06+00:00");
    expect(mne.annotations).toEqual(annotations);
    expect(mne.channels.map(({ label, sfreq }: ArrayChannel) => [label, sfreq])).toEqual(
      arrays.map(({ label, sfreq }) => [label, sfreq]),
    );
    for (const [c, { unit }] of arrays.entries()) {
      const factor = { uV: 1e-6, mV: 1e-3 }[unit] ?? 1;
      const ours = await samplesOf(back, recording, c);
      const theirs: number[] = mne.channels[c].values;
      expect(theirs.length).toBe(ours.length);
      const largest = Math.max(...ours.map(Math.abs)) * factor;
      const worst = Math.max(...ours.map((x, i) => Math.abs(x * factor - theirs[i])));
      expect(worst).toBeLessThanOrEqual(1e-15 * 8 * largest); // the same line in float64, in another order
    }
  });

  it("an anonymous file is sound to it as well", async () => {
    const { bytes } = await roundTrip([{ label: "Cz", sfreq: 250, unit: "uV", samples: wave(500) }]);
    const mne = readWithMne(bytes);
    expect(mne.start).toBe("1985-01-01T00:00:00+00:00");
    expect(mne.channels[0].values.length).toBe(500);
  });
});
