import { readFileSync } from "node:fs";
import { zipSync, zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { FormatError, UsageError } from "../../src/errors.ts";
import { type Fact, factsFor } from "../../src/formats/arrays/facts.ts";
import { craftEdf, timed } from "../../src/formats/edf/pairs/craft.ts";
import { openHdf5 } from "../../src/formats/hdf5/hdf5.ts";
import { memorySource, type OpenOptions, openSource, readMat, readNpz, writeNpy } from "../../src/formats/index.ts";
import { readSafetensors } from "../../src/formats/safetensors/safetensors.ts";
import { parseEvents } from "../../src/formats/wfdb/annotations.ts";
import { diceOf } from "./dice.ts";
import { listMember, zip64Count } from "./packing.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const open = (bytes: Uint8Array, name: string, options: OpenOptions = {}) =>
  openSource(memorySource(bytes, name), options);

/** What damaged files once did to the readers, each as a small case. */
describe("EDF", () => {
  const samples = [[1, 2, 3, 4]];

  it.each([
    ["a record of 1e-308 s, which made infinite rates", { duration: "1e-308", signals: [{ samples }] }],
    ["1e308 samples per record", { signals: [{ samples, samplesPerRecord: "1e308" }] }],
  ])("refuses %s", async (_, file) => {
    await expect(open(craftEdf(file), "x.edf")).rejects.toThrow(FormatError);
  });

  it("leaves out annotations at no time", async () => {
    const tals = [timed(0, "+1e999\x14a\x14\0+1\x151e999\x14b\x14\0+2\x14c\x14\0")];
    const { annotations, warnings } = await open(
      craftEdf({ reserved: "EDF+C", signals: [{ samples }, { tals }] }),
      "x",
    );
    expect(annotations).toEqual([{ onset: 2, duration: 0, text: "c" }]);
    expect(warnings).toEqual(["2 damaged annotation entries were left out."]);
  });
});

describe("WFDB", () => {
  it("joins thousands of mentions of one wide segment without thousands times its width", async () => {
    const width = 4000;
    const lines = 4000;
    const signal = (i: number): string => `r.dat 16 0 16 0 0 0 0 lead ${i}\n`; // without gain: a warning each
    const signals = Array.from({ length: width }, (_, i) => signal(i)).join("");
    const layout = Array.from({ length: width }, (_, i) => `~ 0 1 16 0 0 0 0 lead ${width - i}\n`).join("");
    const files = new Map([
      ["x.hea", encode(`x/${lines + 1} ${width} 1 ${lines}\nl 0\n${"r 1\n".repeat(lines)}`)],
      ["l.hea", encode(`l ${width} 1 0\n${layout}`)],
      ["r.hea", encode(`r ${width} 1 1\n${signals}`)],
      ["r.dat", new Uint8Array(2 * width)],
    ]);
    const start = performance.now();
    const recording = await openSource(memorySource(files.get("x.hea")!, "x.hea", files));
    expect(performance.now() - start).toBeLessThan(2000);
    expect(recording.segments).toEqual([{ onset: 0, duration: lines }]);
    await recording.close();
  });

  it("believes no time resolution that puts annotations at infinity", () => {
    const aux = encode("## time resolution: 1e-320");
    const note = Uint8Array.of(0, 22 << 2, aux.length, 63 << 2, ...aux, 2, 4, 0, 0);
    expect(parseEvents(note, "x.atr")).toMatchObject({ timeResolution: undefined, warnings: [/no number of Hz/] });
  });
});

describe("MAT v4", () => {
  it("makes no list of the 2^31 rows of an empty text", () => {
    const bytes = new Uint8Array(24);
    const view = new DataView(bytes.buffer);
    for (const [i, value] of [1, 2 ** 31, 0, 0, 2].entries()) view.setUint32(4 * i, value, true);
    bytes[20] = 0x61;
    bytes[22] = 1; // damage behind it
    expect(readMat(bytes, "x.mat").variables.get("a")).toMatchObject({ kind: "char", rows: [] });
  });
});

describe("MAT v5", () => {
  it("allocates for a compressed variable no more than its bytes can become", () => {
    const tag = new Uint8Array(512);
    new DataView(tag.buffer).setUint32(0, 14, true);
    new DataView(tag.buffer).setUint32(4, 2 ** 26 - 64, true); // below what any file may inflate to
    const packed = zlibSync(tag);
    const bytes = new Uint8Array(136 + packed.length);
    bytes.set([0, 1, 0x49, 0x4d], 124);
    new DataView(bytes.buffer).setUint32(128, 15, true);
    new DataView(bytes.buffer).setUint32(132, packed.length, true);
    bytes.set(packed, 136);
    expect(() => readMat(bytes, "x.mat")).toThrow(/declares a variable larger than is accepted/);
  });
});

describe("NPZ", () => {
  const archive = zipSync({ "x.npy": writeNpy(new Float64Array(2e4), [2e4]) }, { level: 0 });

  it("stops at once at a directory that claims billions of members", () => {
    for (let i = 0; i < 20; i++) {
      const bytes = zip64Count(archive, diceOf(i, "zip64"), archive);
      const start = performance.now();
      try {
        readNpz(bytes, "x.npz");
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
      expect(performance.now() - start).toBeLessThan(1000);
    }
  });

  it("unpacks no bytes for several members, which would cost time and memory without bound", () => {
    const named = zipSync({ "xxxx.npy": writeNpy(new Float64Array(2e4), [2e4]) }, { level: 0 });
    // 600 times 160 kB in a file of 190 kB
    expect(() => readNpz(listMember(named, 600, true), "x.npz")).toThrow(/than the file has room for/);
    expect(() => readNpz(listMember(named, 600, false), "x.npz")).toThrow(
      /than the file has room for|inflates to more/,
    );
  });
});

describe("CSV", () => {
  const table = (times: readonly number[]) => encode(`time (s),a\n${times.map((t) => `${t},1\n`).join("")}`);

  it("does not fill memory with interpolated samples where times leap about", async () => {
    const times = Array.from({ length: 200 }, (_, i) => i / 100 + Math.floor(i / 20) * 1e6);
    await expect(open(table(times), "x.csv")).rejects.toThrow(UsageError);
    await expect(open(table(times), "x.csv")).rejects.toThrow(/too irregular.*--sfreq 250/);
  });

  it("reads times beyond the calendar", async () => {
    const times = Array.from({ length: 20 }, (_, i) => 1e15 + i);
    const recording = await open(table(times), "x.csv");
    expect(recording.identity).toEqual({});
  });

  it.each([1e-320, 1e300])("refuses a rate of %j Hz, at which times in seconds lose their samples", async (sfreq) => {
    await expect(open(encode("a\n1\n2\n3\n"), "x.csv", { sfreq })).rejects.toThrow(/sampling rate cannot be used/);
    await expect(open(writeNpy(new Float32Array(20), [20]), "x.npy", { sfreq, labels: ["a"] })).rejects.toThrow(
      /sampling rate cannot be used/,
    );
  });
});

describe("arrays", () => {
  it("looks facts up for every array without looking at all of them", () => {
    const count = 20_000;
    const facts = Array.from({ length: count }, (_, i): Fact => ({ scope: `run(${i})`, name: "fs", value: i }));
    const start = performance.now();
    for (let i = 0; i < count; i++) expect(factsFor(facts, `run(${i})/x`, "sfreq")[0].value).toBe(i);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it("names the nearest scope first, and the array itself before all", () => {
    const scopes = ["", "a", "a/b", "a/b/x", "b", "a/bc"];
    const facts = scopes.map((scope): Fact => ({ scope, name: "fs", value: scope }));
    expect(factsFor(facts, "a/b/x", "sfreq").map(({ scope }) => scope)).toEqual(["a/b/x", "a/b", "a", ""]);
  });

  it("says no more than a person reads", () => {
    const shape = Array(20_000).fill(1);
    const json = JSON.stringify({ x: { dtype: "F32", shape: [...shape, -1], data_offsets: [0, 4] } });
    const bytes = new Uint8Array(8 + json.length);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
    bytes.set(encode(json), 8);
    const name = "n".repeat(1e5);
    const message = ((): string => {
      try {
        readSafetensors(bytes, name);
        return "";
      } catch (error) {
        return (error as Error).message;
      }
    })();
    expect(message).toContain("has no valid shape");
    expect(message.length).toBeLessThan(4000);
  });
});

describe("HDF5", () => {
  const folder = new URL("../../src/formats/hdf5/pairs/", import.meta.url);
  const records = new Uint8Array(readFileSync(new URL("records.h5", folder)));
  const heap = records.findIndex((_, i) => String.fromCharCode(...records.subarray(i, i + 4)) === "GCOL");

  /** The file with bytes of its global heap replaced. */
  function heapWith(at: number, bytes: readonly number[]): Uint8Array {
    const out = records.slice();
    out.set(bytes, heap + at);
    return out;
  }

  it.each([
    ["free space of no size", heapWith(16, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ["a size whose lower half is 0", heapWith(24, [0, 0, 0, 0, 0, 0, 0xf0, 0x7f])],
  ])("is refused, not walked without end: %s", async (_, bytes) => {
    await expect(openHdf5(memorySource(bytes, "x.h5"))).rejects.toThrow(/global heap.*leads nowhere/);
  });

  it("takes no half gigabyte for a group of 9 kB that states so", async () => {
    const matlab = new Uint8Array(readFileSync(new URL("matlab73.mat", folder)));
    const heaps = [...matlab.keys()].filter((i) => String.fromCharCode(...matlab.subarray(i, i + 4)) === "HEAP");
    for (const at of heaps) new DataView(matlab.buffer).setUint32(at + 8, 2 ** 29, true);
    expect(heaps.length).toBeGreaterThan(0);
    await expect(openHdf5(memorySource(matlab, "x.mat"))).rejects.toThrow(FormatError);
    const { ready } = await import("h5wasm");
    expect((await ready).HEAPU8.length).toBeLessThan(128 * 2 ** 20);
  });

  it("opens sound files after 3,000 errors of the library, each of which kept some of its stack", async () => {
    const damaged = records.map((byte, i) => (i >= 60 && i < 120 ? byte ^ 0x5a : byte));
    for (let i = 0; i < 3000; i++) {
      await expect(openHdf5(memorySource(damaged, "x.h5"))).rejects.toThrow(FormatError);
    }
    const { arrays, close } = await openHdf5(memorySource(records, "x.h5"));
    expect(await arrays[0].read(arrays[0].shape.map((n) => [0, n]))).toHaveLength(7 * 3 * 16);
    await close();
  });
});
