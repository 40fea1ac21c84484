import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync, strToU8, zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FormatError, UsageError } from "../errors.ts";
import { open as openNode } from "./node.ts";
import { writeNpy } from "./npy/npy.ts";
import { openSource, recogniseFormat } from "./open.ts";
import { FORMATS } from "./registry.ts";
import { writeSafetensors } from "./safetensors/safetensors.ts";
import { memorySource } from "./source/byteSource.ts";
import { open as openWeb } from "./web.ts";

const pair = (path: string) => new Uint8Array(readFileSync(new URL(path, import.meta.url)));
const values = Float32Array.from({ length: 64 }, (_, i) => i / 4);
const npy = writeNpy(values, [64]);
const one = { sfreq: 64, labels: ["PPG"] };

/** A file of each format; EDF and WFDB have their own tests over real ones. */
const FILES: [format: string, name: string, bytes: Uint8Array][] = [
  ["MAT", "a.mat", pair("./mat/pairs/classes.mat")],
  ["MAT", "v4.mat", pair("./mat/pairs/v4.mat")],
  ["HDF5", "a.h5", pair("./hdf5/pairs/records.h5")],
  ["HDF5", "v73.mat", pair("./hdf5/pairs/matlab73.mat")],
  ["NPY", "a.npy", npy],
  ["NPZ", "a.npz", pair("./npy/pairs/stored.npz")],
  ["safetensors", "a.safetensors", writeSafetensors(new Map([["x", { dtype: "F32", shape: [64], data: values }]]))],
  ["CSV", "a.csv", pair("./csv/pairs/header.csv")],
  ["CSV", "a.csv.gz", pair("./csv/pairs/camera.csv.gz")],
  ["CSV", "a.txt", strToU8("0.5\n1.5\n2.5\n0.25\n")],
  ["WFDB", "100.hea", strToU8("100 1 360 650000\n100.dat 212 200 11 1024 995 -22131 0 MLII\n")],
];

describe("recogniseFormat", () => {
  it.each(FILES)("knows %s (%s) by its content, whatever its name", (format, name, bytes) => {
    const head = bytes.subarray(0, 4096);
    expect(recogniseFormat(head, name)?.name).toBe(format);
    for (const other of ["unnamed", "x.bin", "x.edf"]) expect(recogniseFormat(head, other)?.name).toBe(format);
  });

  it("names each format once, with extensions in lower case", () => {
    expect(new Set(FORMATS.map(({ name }) => name)).size).toBe(FORMATS.length);
    for (const { extensions } of FORMATS) for (const e of extensions) expect(e).toMatch(/^\.[a-z0-9.]+$/);
  });
});

describe("openSource", () => {
  it("lists what is supported when the content is unknown", async () => {
    const noise = Uint8Array.from({ length: 300 }, (_, i) => 128 + ((i * 37) % 128));
    await expect(openSource(memorySource(noise, "x.bin"))).rejects.toThrow(
      /x\.bin: is of no known format: expected EDF \(\.edf, \.bdf.*CSV.*got a file of 300 bytes that starts with 80 a5/,
    );
    await expect(openSource(memorySource(noise, "x.h5"))).rejects.toThrow(/is named like HDF5 but is none/);
    await expect(openSource(memorySource(new Uint8Array(0), "x.edf"))).rejects.toThrow(/x\.edf: is empty/);
    await expect(openSource(memorySource(zipSync({ "a.txt": noise }), "x.npz"))).rejects.toThrow(FormatError);
  });

  it("gives the error of the format for a damaged file", async () => {
    const cases: [string, Uint8Array, RegExp][] = [
      ["a.npy", npy.subarray(0, 200), /truncated/],
      ["a.h5", pair("./hdf5/pairs/records.h5").subarray(0, 3000), /damaged HDF5/],
      ["a.mat", pair("./mat/pairs/struct.mat").subarray(0, 300), /damaged element/],
      ["a.safetensors", FILES[6][2].subarray(0, 200), /outside the file/],
    ];
    for (const [name, bytes, message] of cases) {
      await expect(openSource(memorySource(bytes, name), one)).rejects.toThrow(message);
    }
  });

  it("closes the source when opening fails, and with the recording", async () => {
    let closed = 0;
    const counting = (bytes: Uint8Array) => ({ ...memorySource(bytes, "x"), close: async () => void closed++ });
    await expect(openSource(counting(npy), {})).rejects.toThrow(UsageError);
    expect(closed).toBe(1);
    await (await openSource(counting(npy), one)).close();
    expect(closed).toBe(2);
  });

  it("opens gzipped files of every format", async () => {
    const recording = await openSource(memorySource(gzipSync(npy), "a.npy.gz"), one);
    expect(recording).toMatchObject({ name: "a.npy", format: "NPY" });
    expect(await recording.read()).toEqual([Float64Array.from(values)]);
    await expect(openSource(memorySource(gzipSync(gzipSync(npy)), "x"), one)).rejects.toThrow(/no known format/);
  });

  it("opens a signal in a safetensors file, with what its metadata say", async () => {
    const data = Int16Array.from({ length: 80 }, (_, i) => i);
    const tensors = new Map([["eeg", { dtype: "I16", shape: [2, 40], data } as const]]);
    const bytes = writeSafetensors(tensors, { sfreq: "128", labels: "Fp1,Fp2", unit: "uV" });
    const recording = await openSource(memorySource(bytes, "x.safetensors"), { scale: 2 });
    expect(recording.channels[1]).toMatchObject({ label: "Fp2", sfreq: 128, unit: "uV" });
    expect(await recording.read({ to: 2 / 128 })).toEqual([Float64Array.of(0, 2), Float64Array.of(80, 82)]);
  });
});

describe("open", () => {
  const expected = [Float64Array.from(values)];

  it("takes bytes, buffers, blobs and files, in the browser and in Node", async () => {
    const inputs = [npy, npy.slice().buffer, new Blob([npy.slice()]), new File([npy.slice()], "a.npy")];
    for (const open of [openWeb, openNode]) {
      for (const input of inputs) expect(await (await open(input, one)).read()).toEqual(expected);
    }
    expect((await openWeb(inputs[3], one)).name).toBe("a.npy");
    expect((await openWeb(npy, { ...one, name: "b.npy" })).name).toBe("b.npy");
    await expect(openWeb(7 as unknown as Blob)).rejects.toThrow(UsageError);
    await expect(openWeb("not a url")).rejects.toThrow(/is not a URL/);
  });

  it("hands files that were picked together to formats that need them", async () => {
    const dat = new Int16Array([1, 2, 3, 4]);
    const header = "r 1 4 4\nr.dat 16 1/uV 16 0 0 0 0 PPG\n";
    const picked = [new File([dat], "r.dat"), new File([header], "r.hea")];
    for (const input of [picked[1], strToU8(header)]) {
      const recording = await openWeb(input, { siblings: picked, name: "r.hea" });
      expect(recording.format).toBe("WFDB");
      expect(await recording.read()).toEqual([Float64Array.of(1, 2, 3, 4)]);
      await recording.close();
    }
  });

  describe("in Node", () => {
    let folder = "";
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "panluna-"));
      writeFileSync(join(folder, "a.npy"), npy);
    });
    afterAll(() => rmSync(folder, { recursive: true }));

    it("takes paths and file URLs", async () => {
      const path = join(folder, "a.npy");
      for (const input of [path, pathToFileURL(path), pathToFileURL(path).href]) {
        const recording = await openNode(input, one);
        expect(await recording.read()).toEqual(expected);
        await recording.close();
      }
      await expect(openNode(join(folder, "none.edf"))).rejects.toThrow(/none\.edf: cannot be opened: got no such file/);
    });
  });
});

const data = new URL("../../../shared/data/", import.meta.url);
describe.skipIf(!existsSync(data))("real files by path (needs ../shared/data)", () => {
  const troika = { sfreq: 125, labels: ["ECG", "PPG1", "PPG2", "x", "y", "z"] };
  it.each<[string, string, object]>([
    ["eegmat/Subject00_1.edf", "EDF", {}],
    ["mitdb/100.hea", "WFDB", {}],
    ["mitdb/100.dat", "WFDB", {}],
    ["troika/DATA_01_TYPE01.mat", "MAT v5", troika],
    ["ptbxl/val.h5", "HDF5", {}],
    ["stress-predict/S01/BVP.csv.gz", "CSV (Empatica E4)", {}],
    ["welltory/data/subject_01/PPG.csv", "CSV", {}],
  ])("opens %s as %s", async (path, format, options) => {
    const recording = await openNode(new URL(path, data), options);
    expect(recording.format).toBe(format);
    const [first] = await recording.read({ channels: [0], to: 0.25 });
    expect(first.every(Number.isFinite)).toBe(true);
    await recording.close();
  });
});
