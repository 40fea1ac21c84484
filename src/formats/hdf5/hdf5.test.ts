import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../errors.ts";
import type { NamedArray } from "../arrays/namedArray.ts";
import { memorySource } from "../source/byteSource.ts";
import { hdf5Format, openHdf5 } from "./hdf5.ts";

const pair = (name: string) => new Uint8Array(readFileSync(new URL(`./pairs/${name}`, import.meta.url)));
const pairs = JSON.parse(new TextDecoder().decode(pair("pairs.json"))) as {
  records: number[][][];
  sig: number[][];
} & Record<string, [string, number[], number[]]>;
const openPair = (name: string, options: object = {}) => hdf5Format.open(memorySource(pair(name), name), options);
const whole = (array: NamedArray) => array.read(array.shape.map((n) => [0, n]));
const { records, sig } = pairs;

describe("openHdf5", () => {
  it("lists numeric datasets and reads every type as h5py does", async () => {
    const file = await openHdf5(memorySource(pair("types.h5"), "types.h5"));
    const { records: _, sig: __, ...types } = pairs;
    expect(file.arrays.map(({ path }) => path).sort()).toEqual(Object.keys(types).sort());
    for (const array of file.arrays) {
      const [dtype, shape, values] = types[array.path];
      expect([array.path, array.dtype, array.shape]).toEqual([array.path, dtype, shape]);
      expect(await whole(array), array.path).toEqual(Float64Array.from(values));
    }
    await file.close();
  });

  it("reads the texts of a dataset of strings, and none of other objects", async () => {
    const beside = await openHdf5(memorySource(pair("beside.h5"), "beside.h5"));
    expect(beside.texts("run/labels")).toEqual(["Fp1", "Cz", "Oz"]);
    expect(["run/eeg", "run", "nothing"].map((path) => beside.texts(path))).toEqual([undefined, undefined, undefined]);
    await beside.close();
  });

  it("shows a MAT v7.3 file in MATLAB's axes", async () => {
    const file = await openHdf5(memorySource(pair("matlab73.mat"), "matlab73.mat"));
    expect(file.matlab).toBe(true);
    expect(file.arrays.map(({ path, shape }) => [path, shape])).toEqual([
      ["EEG/data", [3, 20]],
      ["EEG/srate", [1, 1]],
      ["EEG/volume", [7, 3, 16]],
    ]);
    const [data, , volume] = file.arrays;
    expect(await whole(data)).toEqual(Float64Array.from(sig.flat()));
    expect(
      await volume.read([
        [2, 4],
        [1, 2],
        [3, 6],
      ]),
    ).toEqual(
      // biome-ignore format: one line
      Float64Array.from([2, 3].flatMap((r) => records[r][1].slice(3, 6))),
    );
    await file.close();
  });

  it("gives the library's memory back on close and on failure", async () => {
    const h5wasm = await import("h5wasm");
    const { FS } = await h5wasm.ready;
    const files = () => FS.readdir("/").filter((name: string) => name.endsWith(".h5"));
    const recording = await openPair("records.h5");
    expect(files()).toHaveLength(1);
    await recording.close();
    await expect(openPair("types.h5")).rejects.toThrow(/no array that can be a signal/);
    await expect(hdf5Format.open(memorySource(pair("types.h5").subarray(0, 900), "x"), {})).rejects.toThrow(
      FormatError,
    );
    expect(files()).toEqual([]);
  });
});

describe("hdf5Format", () => {
  it("chooses the array that the file's channel names fit, with rate, unit and scale from attributes", async () => {
    const recording = await openPair("records.h5");
    expect(recording.segments).toHaveLength(7);
    expect(recording.channels[2]).toMatchObject({ label: "V1", sfreq: 250, unit: "uV", nTimes: 7 * 16 });
    expect(recording.channels[0].notes).toMatchObject({
      variable: "data_group_0/X",
      labels: 'from "channel_names" of the file',
    });
    for (const segment of [0, 3, 6]) {
      const read = await recording.read({ segment, channels: [2, 0], from: 5 / 250, to: 8 / 250 });
      expect(read).toEqual([2, 0].map((c) => Float64Array.from(records[segment][c].slice(5, 8), (v) => v / 2)));
    }
    await recording.close();
  });

  it("takes rate and names from datasets beside the signal", async () => {
    const recording = await openPair("beside.h5");
    expect(recording.channels.map(({ label, sfreq }) => [label, sfreq])).toEqual([["Fp1", 128], ["Cz", 128], ["Oz", 128]]); // biome-ignore format: one line
    expect(await recording.read()).toEqual(sig.map((row) => Float64Array.from(row)));
    await recording.close();
  });

  it("reads an EEGLAB struct of a MAT v7.3 file, names through references", async () => {
    const recording = await openPair("matlab73.mat", { variable: "EEG/data" });
    expect(recording.format).toBe("MAT v7.3");
    expect(recording.channels.map(({ label }) => label)).toEqual(["Fp1", "Cz", "Oz"]);
    expect(recording.channels[0].sfreq).toBe(128);
    expect(await recording.read({ channels: [1], from: 0, to: 2 / 128 })).toEqual([
      Float64Array.from(sig[1].slice(0, 2)),
    ]);
    await recording.close();
  });

  it("is recognised at the start and behind a user block", () => {
    expect(hdf5Format.recognise(pair("types.h5"), "x")).toBe(true);
    expect(hdf5Format.recognise(pair("matlab73.mat"), "x")).toBe(true);
    expect(hdf5Format.recognise(new Uint8Array(4096), "x.h5")).toBe(false);
  });

  it("refuses to allocate what a file only declares", async () => {
    const two = { sfreq: 100, labels: ["a", "b"] };
    await expect(openPair("hollow.h5", { ...two, variable: "records" })).rejects.toThrow(
      /too many records.*--records 0,1,2/,
    );
    const some = await openPair("hollow.h5", { ...two, variable: "records", records: [2 ** 39] });
    expect((await some.read())[1]).toEqual(new Float64Array(20));
    await some.close();
    const long = await openPair("hollow.h5", { ...two, variable: "long" });
    await expect(long.read()).rejects.toThrow(/cannot read long.*read a shorter range/);
    expect((await long.read({ from: 1e9, to: 1e9 + 1 }))[0]).toHaveLength(100);
    await long.close();
  });

  it("says why a damaged file cannot be read, on open or on read", async () => {
    const cut = memorySource(pair("records.h5").subarray(0, 3000), "cut.h5");
    await expect(hdf5Format.open(cut, {})).rejects.toThrow(
      /cut\.h5: is a damaged HDF5 file: got truncated file|truncated or damaged/,
    );
    const good = pair("records.h5");
    const outcomes = new Set<string>();
    for (let at = 60; at < good.length; at += 97) {
      const bytes = good.map((b, i) => (i >= at && i < at + 40 ? b ^ 0x5a : b));
      try {
        const recording = await hdf5Format.open(memorySource(bytes, "x.h5"), { sfreq: 1, labels: ["a", "b", "c"] });
        for (const segment of recording.segments.keys()) await recording.read({ segment });
        await recording.close();
        outcomes.add("read");
      } catch (error) {
        outcomes.add((error as Error).name);
      }
    }
    expect([...outcomes].filter((name) => !["read", "FormatError", "UsageError"].includes(name))).toEqual([]);
    expect(outcomes).toContain("FormatError");
  });
});

const data = new URL("../../../../shared/data/", import.meta.url);
const openLocal = (path: string, options: object = {}) =>
  hdf5Format.open(memorySource(new Uint8Array(readFileSync(new URL(path, data))), path), options);
// h5py: the same slices of the stored counts
const TRAIN = [-10, -9, -8, -8, -7];
const RAW = [165, 165, 165, 165, 165];
const ERP = [70, 66, 57];
const SEQUENCE = [518, 520, 519];
describe.skipIf(!existsSync(data))("real HDF5 files (needs ../shared/data)", () => {
  it("opens records of 12-lead ECG", async () => {
    const recording = await openLocal("ptbxl/train.h5", { records: [1441, 7] });
    expect(recording.channels).toHaveLength(12);
    expect(recording.warnings.join()).toMatch(/scale stated by .* is no number.*X \/ 500/);
    const [v6] = await recording.read({ segment: 0, channels: [11], from: 9.98 });
    expect([...v6]).toEqual(TRAIN);
    await recording.close();
    const raw = await openLocal("ptbxl/raw.h5");
    expect(raw.segments).toHaveLength(434);
    expect(raw.channels[0]).toMatchObject({ sfreq: 500, unit: "uV" });
    expect([...(await raw.read({ segment: 433, channels: [0], to: 0.01 }))[0]]).toEqual(RAW);
    await raw.close();
  });

  it("opens wearable EEG: one group of many, and one long array", async () => {
    await expect(openLocal("muse/erp.h5")).rejects.toThrow(/several arrays.*and 114 more.*--variable \S+\/X/);
    const variable = "auditory/P300/subject1/session1/data_2017-09-13-15.55.05";
    const erp = await openLocal("muse/erp.h5", { variable });
    expect(erp.channels.map(({ label }) => label)).toEqual(["TP9", "AF7", "AF8", "TP10"]);
    expect(erp.channels[3]).toMatchObject({ sfreq: 256, unit: "uV", nTimes: 30732 });
    expect((await erp.read({ channels: [3], from: 100, to: 100 + 3 / 256 }))[0]).toEqual(
      Float64Array.from(ERP, (v) => v * 0.48828125),
    );
    await erp.close();
    const sequence = await openLocal("muse/sequence.h5", { scale: 1.6449804, unit: "uV" });
    expect(sequence.channels[0]).toMatchObject({ sfreq: 220, nTimes: 4057523 });
    const [tp10] = await sequence.read({ channels: [3], from: 4000000 / 220, to: 4000003 / 220 });
    expect([...tp10]).toEqual(SEQUENCE.map((v) => v * 1.6449804));
    await sequence.close();
  });
});
