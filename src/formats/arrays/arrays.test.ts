import { gzipSync, zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { FormatError, UsageError } from "../../errors.ts";
import { memorySource } from "../source/byteSource.ts";
import { adler32, boundedInflater, crc32 } from "./boundedInflate.ts";
import type { ElementType } from "./elementType.ts";
import { decodeElements } from "./elementType.ts";
import type { Fact } from "./facts.ts";
import { bfloatToNumber, halfToNumber } from "./halfFloat.ts";
import { memoryArray, type NamedArray, type Range, storedArray } from "./namedArray.ts";
import { recordingFromNamedArrays } from "./recording.ts";

/** An array whose value at (i, j, k) is 10000 i + 100 j + k, whatever its order in memory. */
function counted(path: string, shape: number[], order: "row-major" | "column-major" = "row-major"): NamedArray {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = new Float64Array(size);
  const padded = [...Array(3 - shape.length).fill(1), ...shape] as [number, number, number];
  for (let i = 0; i < padded[0]; i++)
    for (let j = 0; j < padded[1]; j++)
      for (let k = 0; k < padded[2]; k++) {
        const [a, b, c] = padded;
        const at = order === "row-major" ? (i * b + j) * c + k : i + a * (j + b * k);
        data[at] = 10000 * i + 100 * j + k;
      }
  return memoryArray(path, "float64", shape, data, order);
}

const fileOf = (arrays: NamedArray[], facts: Fact[] = []) => ({
  name: "x.mat",
  format: "test",
  arrays,
  facts,
  close: async () => {},
});
const two = { sfreq: 100, labels: ["Fp1", "Fp2"] };

describe("recordingFromNamedArrays", () => {
  it("reads a box of a 2-D array alike from both layouts and both element orders", async () => {
    for (const order of ["row-major", "column-major"] as const) {
      const rows = recordingFromNamedArrays(fileOf([counted("x", [2, 40], order)]), two);
      const cols = recordingFromNamedArrays(fileOf([counted("x", [40, 2], order)]), { ...two, scale: 0.5, unit: "uV" });
      expect(await rows.read({ channels: [1], from: 0.03, to: 0.06 })).toEqual([Float64Array.of(103, 104, 105)]);
      expect(await cols.read({ channels: [1, 0], from: 0.03, to: 0.05 })).toEqual([
        Float64Array.of(150.5, 200.5),
        Float64Array.of(150, 200),
      ]);
      expect(cols.channels[0]).toMatchObject({ label: "Fp1", sfreq: 100, nTimes: 40, unit: "uV" });
      expect(cols.channels[0].notes).toMatchObject({ layout: "times-first, the axis as long as the labels" });
    }
  });

  it("makes every chosen record of a 3-D array a segment, one after the other", async () => {
    const recording = recordingFromNamedArrays(fileOf([counted("x", [5, 2, 40])]), { ...two, records: [4, 1] });
    expect(recording.segments).toEqual([
      { onset: 0, duration: 0.4 },
      { onset: 0.4, duration: 0.4 },
    ]);
    expect(recording.channels[0].nTimes).toBe(80);
    expect(await recording.read({ segment: 0, to: 0.01 })).toEqual([Float64Array.of(40000), Float64Array.of(40100)]);
    expect(await recording.read({ segment: 1, channels: [1], to: 0.02 })).toEqual([Float64Array.of(10100, 10101)]);
  });

  it("reads a block of records once", async () => {
    const inner = counted("x", [5, 2, 40]);
    const reads: (readonly Range[])[] = [];
    const array: NamedArray = {
      ...inner,
      recordsPerBlock: 2,
      read(ranges) {
        reads.push(ranges);
        return inner.read(ranges);
      },
    };
    const recording = recordingFromNamedArrays(fileOf([array]), two);
    const plain = recordingFromNamedArrays(fileOf([inner]), two);
    for (const segment of [0, 1, 2, 3, 4]) {
      const request = { segment, channels: [1], from: 0.1, to: 0.2 };
      expect(await recording.read(request)).toEqual(await plain.read(request));
    }
    expect(reads.map(([records]) => records)).toEqual([[0, 2], [2, 4], [4, 5]]); // biome-ignore format: one line
  });

  it("takes rate, names, unit and scale from the nearest facts and notes where from", async () => {
    const facts: Fact[] = [
      { scope: "", name: "Sampling Rate", value: 1 },
      { scope: "b", name: "fs", value: 256 },
      { scope: "other", name: "fs", value: 3 },
      { scope: "", name: "channel_names", value: ["TP9", "AF7"] },
      { scope: "b", name: "unit", value: "uV" },
      { scope: "b/X", name: "scale", value: 0.5 },
    ];
    const recording = recordingFromNamedArrays(fileOf([counted("b/X", [64, 2]), counted("b/y", [64])], facts), {});
    const [channel] = recording.channels;
    expect(channel).toMatchObject({ label: "TP9", sfreq: 256, unit: "uV", nTimes: 64 });
    expect(channel.notes).toMatchObject({ variable: "b/X", sfreq: '256 from "b/fs"', scale: '0.5 from "b/X/scale"' });
    expect((await recording.read({ channels: [1], to: 2 / 256 }))[0]).toEqual(Float64Array.of(0.5, 50.5));
  });

  it("warns of a scale that is a text and of names that fit no axis", () => {
    const facts: Fact[] = [
      { scope: "", name: "scale", value: "x = X / 500" },
      { scope: "", name: "channels", value: ["a", "b", "c"] },
    ];
    const { warnings } = recordingFromNamedArrays(fileOf([counted("x", [2, 40])], facts), two);
    expect(warnings.join(" ")).toMatch(/names 3 channels.*scale stated by "scale" of the file is no number.*X \/ 500/);
  });

  it.each<[string, NamedArray[], object, RegExp]>([
    [
      "several candidates",
      [counted("g/X", [9, 12, 200]), counted("g/y", [90, 5])],
      {},
      /several arrays.*g\/X float64 \[9, 12, 200\]; g\/y.*--variable g\/X --sfreq 250 --labels I,II,III,.*open\("x\.mat", \{ variable: "g\/X", sfreq: 250, labels: \["I", "II"/,
    ],
    [
      "rate and labels",
      [counted("x", [2, 40])],
      {},
      /does not say the sampling rate, the channel names.*2 labels.*--sfreq 250 --labels Fp1,Fp2,/,
    ],
    ["labels only", [counted("x", [40])], { sfreq: 64 }, /does not say the channel names.*--sfreq 64 --labels PPG,/],
    [
      "a layout",
      [counted("x", [20, 30])],
      {},
      /which axis is the channels.*channels-first if its 20 rows.*times-first if its 30/,
    ],
    [
      "another variable",
      [counted("x", [2, 40])],
      { variable: "z" },
      /no such variable.*one of x float64 \[2, 40\], got z/,
    ],
    ["the right number of labels", [counted("x", [3, 40])], two, /number of labels.*expected 3 labels.*got 2/],
    ["records first", [counted("x", [2, 40, 9])], { ...two, layout: "times-first" }, /Records must be the first axis/],
    ["a record that exists", [counted("x", [5, 2, 40])], { ...two, records: [5] }, /no such record.*0 to 4, got 5/],
    ["records only of 3-D arrays", [counted("x", [2, 40])], { ...two, records: [0] }, /has none/],
    ["a usable rate", [counted("x", [2, 40])], { ...two, sfreq: -1 }, /sampling rate.*above 0.*got -1/],
  ])("asks for %s", (_, arrays, options, message) => {
    const make = () => recordingFromNamedArrays(fileOf(arrays), options);
    expect(make).toThrow(UsageError);
    expect(make).toThrow(message);
  });

  it("refuses a file without a signal", () => {
    expect(() => recordingFromNamedArrays(fileOf([]), {})).toThrow(FormatError);
    expect(() => recordingFromNamedArrays(fileOf([counted("fs", [1, 1]), counted("y", [9])]), {})).toThrow(
      /no array that can be a signal/,
    );
    const empty = counted("x", [0, 40]);
    expect(() => recordingFromNamedArrays(fileOf([empty]), { ...two, variable: "x" })).toThrow(/cannot be a signal/);
  });

  it("opens the only signal of a group that is named", () => {
    const arrays = [counted("a/s1/X", [40, 2]), counted("a/s2/X", [40, 2]), counted("a/s2/marker", [3])];
    const recording = recordingFromNamedArrays(fileOf(arrays), { ...two, variable: "/a/s2/" });
    expect(recording.channels[0].notes?.variable).toBe("a/s2/X");
  });
});

describe("storedArray", () => {
  /** Large enough that reads are split: 6 MB of int16, value = index mod 30011. */
  const shape = [300, 10, 1000];
  const data = Int16Array.from({ length: 3e6 }, (_, i) => i % 30011);

  it.each(["row-major", "column-major"] as const)(
    "reads boxes of a %s file as from memory, without the rest",
    async (order) => {
      const inner = memorySource(new Uint8Array(data.buffer), "big.npy");
      let bytesRead = 0;
      const source = {
        ...inner,
        read(offset: number, length: number) {
          bytesRead += length;
          return inner.read(offset, length);
        },
      };
      const stored = storedArray(source, "x", shape, { type: "int16", littleEndian: true, order, offset: 0 });
      const memory = memoryArray("x", "int16", shape, data, order);
      for (const ranges of [
        [
          [7, 8],
          [2, 3],
          [100, 200],
        ],
        [
          [0, 300],
          [4, 5],
          [0, 10],
        ],
        [
          [3, 9],
          [0, 10],
          [0, 1000],
        ],
        [
          [299, 300],
          [9, 10],
          [999, 1000],
        ],
        [
          [5, 5],
          [0, 10],
          [0, 1000],
        ],
      ] as Range[][]) {
        bytesRead = 0;
        expect(await stored.read(ranges)).toEqual(await memory.read(ranges));
        expect(bytesRead).toBeLessThan(6e6 + 1);
      }
      bytesRead = 0;
      await stored.read([[7, 8], [2, 3], [100, 200]]); // biome-ignore format: one line
      if (order === "row-major") expect(bytesRead).toBe(200);
    },
  );
});

describe("boundedInflater", () => {
  const zeros = new Uint8Array(100_000);

  it.each(["zlib", "gzip"] as const)("hands on what %s data hold, up to the limit", (kind) => {
    const packed = kind === "zlib" ? zlibSync(zeros) : gzipSync(zeros);
    const inflater = boundedInflater(kind, "x", 100_000, () => {});
    inflater.push(packed, true);
    expect(inflater.total).toBe(100_000);
    const strict = boundedInflater(kind, "bomb.csv.gz", 99_999, () => {});
    expect(() => strict.push(packed, true)).toThrow(/bomb\.csv\.gz: inflates to more than is accepted/);
    const cut = boundedInflater(kind, "cut", 100_000, () => {});
    expect(() => cut.push(packed.subarray(0, packed.length - 20), true)).toThrow(/damaged compressed data/);
  });

  it("checks length and checksum of gzip data, of several members too", () => {
    const text = new TextEncoder().encode("1,2\n".repeat(30_000));
    const packed = gzipSync(text);
    const double = Uint8Array.of(...packed, ...packed);
    for (const step of [7, 1000, 1e6]) {
      const inflater = boundedInflater("gzip", "x", 1e6, () => {});
      for (let at = 0; at < double.length; at += step) {
        inflater.push(double.subarray(at, at + step), at + step >= double.length);
      }
      expect(inflater.total).toBe(2 * text.length);
    }
    for (const at of [packed.length - 8, packed.length - 1]) {
      const damaged = packed.map((b, i) => (i === at ? b ^ 1 : b));
      expect(() => boundedInflater("gzip", "x", 1e6, () => {}).push(damaged, true)).toThrow(/wrong (checksum|length)/);
    }
    expect(crc32(new TextEncoder().encode("123456789"))).toBe(0xcbf43926);
  });

  it("checks sums as zlib does", () => {
    const text = new TextEncoder().encode("Wikipedia".repeat(2000));
    expect(adler32(text)).toBe(new DataView(zlibSync(text).buffer).getUint32(zlibSync(text).length - 4));
    expect(adler32(new TextEncoder().encode("Wikipedia"))).toBe(0x11e60398);
  });
});

describe("16-bit floats", () => {
  it("equal NumPy's values", () => {
    // numpy: np.array([...], np.uint16).view(np.float16)
    const pairs = {
      13653: 0.333251953125,
      49152: -2,
      31743: 65504,
      1: 2 ** -24,
      1023: 1023 * 2 ** -24,
    };
    for (const [bits, value] of Object.entries(pairs)) expect(halfToNumber(Number(bits))).toBe(value);
    expect(halfToNumber(0xfc00)).toBe(Number.NEGATIVE_INFINITY);
    expect(halfToNumber(0x7e00)).toBeNaN();
    expect(bfloatToNumber(0x3f80)).toBe(1);
    expect(bfloatToNumber(0xc049)).toBe(-3.140625);
  });

  it("and all other types decode from both byte orders and from unaligned bytes", () => {
    const bytes = Uint8Array.of(9, 0x40, 0x09, 0x21, 0xfb, 0x54, 0x44, 0x2d, 0x18);
    expect(decodeElements(bytes.subarray(1), "float64", false)[0]).toBe(Math.PI);
    expect(decodeElements(bytes.subarray(1, 3), "int16")[0]).toBe(0x0940);
    const sizes: [ElementType, number][] = [["int64", 1], ["int32", 2], ["int8", 8], ["bfloat16", 4]]; // biome-ignore format: one line
    for (const [type, length] of sizes) expect(decodeElements(bytes.subarray(1), type)).toHaveLength(length);
  });
});
