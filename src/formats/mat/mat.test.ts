import { existsSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { zlibSync } from "fflate";
import { describe, expect, it } from "vitest";
import { FormatError, UsageError } from "../../errors.ts";
import { memorySource } from "../source/byteSource.ts";
import { type MatValue, matFormat, readMat } from "./mat.ts";

const pair = (name: string) => new Uint8Array(readFileSync(new URL(`./pairs/${name}`, import.meta.url)));
const pairs = JSON.parse(new TextDecoder().decode(pair("pairs.json"))) as Record<string, Record<string, unknown>>;
const three = { sfreq: 128, labels: ["Fp1", "Cz", "Oz"] };
const openMat = (bytes: Uint8Array, options: object = {}, name = "x.mat") =>
  matFormat.open(memorySource(bytes, name), options);

/** A value in the form in which pairs.json lists it. */
function listed(value: MatValue): unknown {
  if (value.kind === "numeric") {
    const type = value.type === "bool" ? "uint8" : value.type;
    return [type, value.shape, Array.from(value.data as Iterable<number | bigint>, Number)];
  }
  if (value.kind === "char") return value.rows;
  if (value.kind === "cell") return value.items.map(listed);
  if (value.kind === "skipped") return undefined;
  return Object.fromEntries([...value.fields].map(([field, values]) => [field, values.map(listed)]));
}

describe("readMat", () => {
  const files = Object.keys(pairs).flatMap((name) => (/^(v4|big)/.test(name) ? [name] : [name, `${name}_z`]));

  it.each(files)("reads %s.mat as SciPy does", (file) => {
    const { variables, warnings } = readMat(pair(`${file}.mat`), file);
    expect(warnings).toEqual([]);
    const read = [...variables].filter(([, { kind }]) => kind !== "skipped");
    expect(Object.fromEntries(read.map(([name, value]) => [name, listed(value)]))).toEqual(
      pairs[file.replace("_z", "")],
    );
  });

  it("gives values in the array type of their class", () => {
    const { variables } = readMat(pair("big.mat"), "big.mat");
    const narrow = variables.get("narrow");
    expect(narrow).toMatchObject({ type: "float64" });
    expect(narrow?.kind === "numeric" && narrow.data).toBeInstanceOf(Float64Array);
    const { variables: classes } = readMat(pair("classes.mat"), "classes.mat");
    const wide = classes.get("int64");
    expect(wide?.kind === "numeric" && wide.data).toBeInstanceOf(BigInt64Array);
  });

  it("reads the sound variables of a truncated file and says what is missing", () => {
    const bytes = pair("classes.mat");
    const { variables, warnings } = readMat(bytes.subarray(0, bytes.length - 600), "cut.mat");
    expect(variables.has("float64")).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/not read: cut\.mat.*byte \d+.*truncated/)]);
  });

  it("finds a flipped bit in compressed data", () => {
    const bytes = pair("volume_z.mat");
    const found = [...bytes.keys()].slice(136).map((at) => {
      const damaged = bytes.map((b, i) => (i === at ? b ^ 1 : b));
      try {
        return readMat(damaged, "x").warnings.length > 0;
      } catch (error) {
        return error instanceof FormatError;
      }
    });
    expect(found.filter((seen) => !seen).length).toBeLessThanOrEqual(2); // bits of the zlib header that change nothing
  });

  it("refuses a variable that inflates beyond all measure", () => {
    const tag = new Uint8Array(1024);
    new DataView(tag.buffer).setUint32(0, 14, true);
    new DataView(tag.buffer).setUint32(4, 2 ** 31, true);
    expect(() => readMat(withCompressed(zlibSync(tag)), "bomb.mat")).toThrow(/larger than is accepted.*got 2147483656/);
    new DataView(tag.buffer).setUint32(4, 100, true);
    expect(() => readMat(withCompressed(zlibSync(tag)), "long.mat")).toThrow(
      /another size than it declares.*108 bytes/,
    );
  });

  it("refuses cells nested without end", () => {
    let bytes = new Uint8Array(0);
    for (let i = 0; i < 40; i++) bytes = cellAround(bytes);
    expect(() => readMat(withElement(bytes), "deep.mat")).toThrow(/32 levels of nesting/);
  });

  it("fails with FormatError alone on damaged bytes", () => {
    const good = ["classes.mat", "struct.mat", "cells.mat", "eeglab.mat", "v4.mat", "text_z.mat"].map(pair);
    fc.assert(
      fc.property(
        fc.nat(good.length - 1),
        fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { maxLength: 4 }),
        (g, edits) => {
          const bytes = good[g].slice();
          for (const [at, byte] of edits) bytes[124 + (at % (bytes.length - 124))] = byte;
          try {
            readMat(bytes, "fuzz");
          } catch (error) {
            expect(error).toBeInstanceOf(FormatError);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

/** A v5 file with one element. */
function withElement(element: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(128 + element.length);
  bytes.set(pair("classes.mat").subarray(0, 128));
  bytes.set(element, 128);
  return bytes;
}

function withCompressed(data: Uint8Array): Uint8Array {
  const element = new Uint8Array(8 + data.length);
  new DataView(element.buffer).setUint32(0, 15, true);
  new DataView(element.buffer).setUint32(4, data.length, true);
  element.set(data, 8);
  return withElement(element);
}

/** A 1×1 cell that holds `inner`. */
function cellAround(inner: Uint8Array): Uint8Array<ArrayBuffer> {
  const words = [14, 40 + inner.length, 6, 8, 1, 0, 5, 8, 1, 1, 1, 0];
  const bytes = new Uint8Array(48 + inner.length);
  words.forEach((word, i) => {
    new DataView(bytes.buffer).setUint32(4 * i, word, true);
  });
  bytes.set(inner, 48);
  return bytes;
}

describe("matFormat", () => {
  it("takes rate, names and unit from a struct", async () => {
    const recording = await openMat(pair("struct_z.mat"));
    expect(recording.format).toBe("MAT v5");
    expect(recording.channels.map(({ label, sfreq }) => [label, sfreq])).toEqual([
      ["Fp1", 250],
      ["Cz", 250],
      ["Oz", 250],
    ]);
    expect(recording.channels[0].notes).toMatchObject({ variable: "rec/data", sfreq: '250 from "rec/fs"' });
  });

  it("takes names from EEGLAB's chanlocs", async () => {
    const recording = await openMat(pair("eeglab.mat"));
    expect(recording.channels.map(({ label }) => label)).toEqual(["Fp1", "Cz", "Oz"]);
    expect(recording.channels[0].sfreq).toBe(128);
  });

  it("opens one cell of several when it is named", async () => {
    await expect(openMat(pair("cells.mat"), three)).rejects.toThrow(/trial\{1\} float64 \[3, 18\]; trial\{2\}/);
    const { channels, read } = await openMat(pair("cells.mat"), { ...three, variable: "trial{2}" });
    expect(channels[0].nTimes).toBe(24);
    expect(read).toBeTypeOf("function");
  });

  it("reads records of a 3-D array in column-major order", async () => {
    const recording = await openMat(pair("volume.mat"), { ...three, records: [1] });
    const [, shape, values] = pairs.volume.x as [string, number[], number[]];
    const [, cz] = await recording.read();
    expect([...cz]).toEqual(Array.from({ length: shape[2] }, (_, t) => values[1 + 2 * (1 + 3 * t)]));
  });

  it("notes complex and sparse values", async () => {
    const { warnings } = await openMat(pair("complex.mat"), three);
    expect(warnings).toContain("z is complex: only its real part is used.");
    expect((await openMat(pair("sparse.mat"), three)).warnings).toContain("s is a sparse matrix and was not read.");
  });

  it("recognises v5 in both byte orders and v4, and refuses a stump with its own error", async () => {
    for (const name of ["big.mat", "classes_z.mat", "v4.mat", "v4_big.mat"]) {
      expect(matFormat.recognise(pair(name), "x")).toBe(true);
    }
    const stump = pair("classes.mat").subarray(0, 60);
    expect(matFormat.recognise(stump, "x")).toBe(true);
    await expect(openMat(stump)).rejects.toThrow(/not a readable MAT file.*got 60 bytes/);
    expect(matFormat.recognise(new Uint8Array(4096), "x")).toBe(false);
  });
});

const data = new URL("../../../../shared/data/", import.meta.url);
const local = (path: string) => new Uint8Array(readFileSync(new URL(path, data)));
const TROIKA = [
  [-238.0, -117.5, 42.0],
  [-0.1794, -0.3276, -0.46799999999999997],
];
const ADHD = [121.0, 156.0, -160.0]; // scipy.io.loadmat(...)["v10p"][12800:12803, 18]
describe.skipIf(!existsSync(data))("real MAT files (needs ../shared/data)", () => {
  it("opens a running ECG and PPG recording", async () => {
    const labels = ["ECG", "PPG1", "PPG2", "x", "y", "z"];
    const recording = await openMat(local("troika/DATA_01_TYPE01.mat"), { sfreq: 125, labels });
    expect(recording.channels.map(({ nTimes }) => nTimes)).toEqual(labels.map(() => 37937));
    // scipy.io.loadmat(...)["sig"][[0, 5], 30000:30003]
    const [ecg, z] = await recording.read({ channels: [0, 5], from: 240, to: 240.024 });
    expect([...ecg]).toEqual(TROIKA[0]);
    expect([...z]).toEqual(TROIKA[1]);
  });

  it("asks once for all that an EEG array lacks", async () => {
    const bytes = local("adhd/ADHD/v10p.mat");
    await expect(openMat(bytes, {}, "v10p.mat")).rejects.toThrow(UsageError);
    await expect(openMat(bytes, {}, "v10p.mat")).rejects.toThrow(
      /does not say the sampling rate, the channel names.*19 labels.*v10p float64 \[14304, 19\].*--sfreq 250 --labels Fp1,Fp2/,
    );
    const labels = Array.from({ length: 19 }, (_, i) => `E${i}`);
    const recording = await openMat(bytes, { sfreq: 128, labels });
    const [last] = await recording.read({ channels: [18], from: 100 });
    expect([...last.subarray(0, 3)]).toEqual(ADHD);
  });
});
