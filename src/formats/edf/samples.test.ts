import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { Recording } from "../../signal/recording.ts";
import { type ByteSource, checkRange, memorySource } from "../source/byteSource.ts";
import { openEdf } from "./edf.ts";
import { craftEdf, timed } from "./pairs/craft.ts";

/** A source that counts what is read of it. */
function counted(source: ByteSource): ByteSource & { bytes: number; reads: number; largest: number } {
  return {
    ...source,
    bytes: 0,
    reads: 0,
    largest: 0,
    async read(offset, length) {
      this.bytes += length;
      this.reads += 1;
      this.largest = Math.max(this.largest, length);
      return source.read(offset, length);
    },
  };
}

/** A file of any size without its bytes: after the header, byte i of the file is a hash of i. */
function sparse(header: Uint8Array, size: number): ByteSource {
  return {
    ...memorySource(header, "huge.edf"),
    size,
    async read(offset, length) {
      checkRange({ name: "huge.edf", size }, offset, length);
      return Uint8Array.from({ length }, (_, i) => header[offset + i] ?? hash(offset + i));
    },
  };
}
const hash = (position: number): number => (position * 2654435761) % 251;

describe("random requests equal slices of the whole", () => {
  const file = (sampleBytes: 2 | 3): Uint8Array => {
    const limit = 2 ** (8 * sampleBytes - 1);
    const spans = [7, 30, 1];
    const samples = spans.map((n, c) =>
      Array.from({ length: 9 }, (_, r) => Array.from({ length: n }, (_, i) => ((r * n + i + c) * 7919 * 31) % limit)),
    );
    const tals = Array.from({ length: 9 }, (_, r) => timed(r * 0.5 + (r >= 4 ? 3 : 0)));
    const signals = [...samples.map((rows) => ({ samples: rows })), { tals }];
    return craftEdf({ duration: "0.5", sampleBytes, reserved: "EDF+D", signals });
  };

  it.each([2, 3] as const)("%i bytes per sample", async (sampleBytes) => {
    const recording = await openEdf(memorySource(file(sampleBytes), "x"));
    expect(recording.segments.map(({ duration }) => duration)).toEqual([2, 2.5]);
    const whole = await Promise.all([0, 1].map((segment) => recording.read({ segment })));
    const request = fc.record({
      segment: fc.nat(1),
      channels: fc.array(fc.nat(2), { maxLength: 4 }),
      ends: fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(request, async ({ segment, channels, ends }) => {
        const [from, to] = ends.map((end) => end * recording.segments[segment].duration).sort((a, b) => a - b);
        const parts = await recording.read({ segment, channels, from, to });
        const wanted = channels.map((c) => {
          const { sfreq } = recording.channels[c];
          return whole[segment][c].slice(Math.round(from * sfreq), Math.round(to * sfreq));
        });
        expect(parts).toEqual(wanted);
      }),
      { numRuns: 300 },
    );
  });

  it("samples at an odd address of the host are read the same", async () => {
    const bytes = file(2);
    const shifted = new Uint8Array(bytes.length + 1).subarray(1);
    shifted.set(bytes);
    const [a] = await (await openEdf(memorySource(shifted))).read();
    const [b] = await (await openEdf(memorySource(bytes))).read();
    expect(a).toEqual(b);
  });
});

describe("large records are read in stretches", () => {
  const rates = [200_000, 10, 3_000_000];
  let source: ReturnType<typeof counted>;
  let recording: Recording;
  let bytes: Uint8Array;
  beforeAll(async () => {
    const header = craftEdf({
      nRecords: "2",
      reserved: "EDF+C",
      signals: [
        ...rates.map((n) => ({
          samples: [[]],
          samplesPerRecord: String(n),
          physicalMin: "-32768",
          physicalMax: "32767",
        })),
        { label: "EDF Annotations", samples: [[]], samplesPerRecord: "20" },
      ],
    });
    const recordBytes = 2 * (200_000 + 10 + 3_000_000 + 20);
    bytes = new Uint8Array(header.length + 2 * recordBytes);
    bytes.set(header);
    for (let i = header.length; i < bytes.length; i++) bytes[i] = hash(i);
    for (let r = 0; r < 2; r++) {
      const at = header.length + (r + 1) * recordBytes - 40;
      bytes.set(new TextEncoder().encode(timed(r, `+${r}.5\x14event ${r}\x14\0`).padEnd(40, "\0")), at);
    }
    source = counted(memorySource(bytes, "wide.edf"));
    recording = await openEdf(source);
  });

  it("annotations are found without reading the samples", () => {
    expect(recording.annotations.map(({ onset, text }) => [onset, text])).toEqual([
      [0.5, "event 0"],
      [1.5, "event 1"],
    ]);
    expect(source.bytes).toBeLessThan(2000);
  });

  it("a little of one channel costs little", async () => {
    const before = source.bytes;
    const [values] = await recording.read({ channels: [2], from: 0.999999, to: 1.000001 });
    expect(source.bytes - before).toBe(12);
    const view = new DataView(bytes.buffer);
    const at = 256 * 5 + 2 * (200_000 + 10 + 3_000_000 - 3);
    expect([...values.slice(0, 3)]).toEqual([0, 2, 4].map((k) => view.getInt16(at + k, true)));
  });

  it("all of it comes in bounded reads and equals the bytes", async () => {
    source.largest = 0;
    const values = await recording.read();
    expect(source.largest).toBeLessThanOrEqual(4 * 2 ** 20);
    const view = new DataView(bytes.buffer);
    let at = 256 * 5;
    for (let r = 0; r < 2; r++) {
      for (const [c, n] of rates.entries()) {
        let wrong = 0;
        for (let i = 0; i < n; i++, at += 2) if (values[c][r * n + i] !== view.getInt16(at, true)) wrong++;
        expect(wrong).toBe(0);
      }
      at += 40;
    }
  });
});

describe("past 4 GB", () => {
  it("reads the right bytes, and only those", async () => {
    const nRecords = 900_000; // 10 days of 21 channels at 256 Hz: 9.7 GB
    const signal = { samples: [[]], samplesPerRecord: "256", physicalMin: "-32768", physicalMax: "32767" };
    const header = craftEdf({ nRecords: String(nRecords), signals: new Array(21).fill(signal) });
    const source = counted(sparse(header, header.length + nRecords * 21 * 512));
    const recording = await openEdf(source);
    expect(recording.segments).toEqual([{ onset: 0, duration: nRecords }]);
    const before = source.bytes;
    const [values] = await recording.read({ channels: [20], from: 888_888.5, to: 888_889.5 });
    const at = header.length + (888_888 * 21 + 20) * 512;
    const wanted = Array.from({ length: 256 }, (_, i) => {
      const position = i < 128 ? at + 256 + 2 * i : at + 21 * 512 + 2 * (i - 128);
      return ((hash(position) | (hash(position + 1) << 8)) << 16) >> 16;
    });
    expect([...values]).toEqual(wanted);
    expect(source.bytes - before).toBe(2 * 21 * 512);
  });
});
