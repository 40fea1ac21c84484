import { readdirSync, readFileSync } from "node:fs";
import { craftEdf, timed } from "../../src/formats/edf/pairs/craft.ts";
import type { OpenOptions } from "../../src/formats/fileFormat.ts";
import { writeNpy } from "../../src/formats/npy/write.ts";
import { writeSafetensors } from "../../src/formats/safetensors/write.ts";
import { createBuilder, float32, writeOnnx } from "../../src/graph/index.ts";
import { panlunaGraph } from "../../src/model/index.ts";
import { smallModel } from "../smallModel.ts";
import { BYTE_MUTATORS, type Mutate } from "./mutateBytes.ts";
import { moveField, moveLine, setNumber, TEXT_MUTATORS, trickPath } from "./mutateText.ts";
import { insideGzip, insideMat, insideZip, repeatMember, zip64Count } from "./packing.ts";

/** A valid record, small enough to be damaged thousands of times. */
export interface Seed {
  /** The file that is opened. */
  readonly name: string;
  /** All files of the record, by name. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly options: readonly OpenOptions[];
}

/** What is damaged how. */
export interface Family {
  readonly name: string;
  /** Part of all mutants. */
  readonly share: number;
  readonly seeds: () => readonly Seed[];
  /** Mutators that fit one file of a record. */
  readonly mutators: (file: string, seed: Seed) => readonly Mutate[];
}

const FORMATS = new URL("../../src/formats/", import.meta.url);
const pairsOf = (format: string, pattern: RegExp): [name: string, bytes: Uint8Array][] => {
  const folder = new URL(`${format}/pairs/`, FORMATS);
  const names = readdirSync(folder).filter((name) => pattern.test(name));
  return names.sort().map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]);
};

const single = (name: string, bytes: Uint8Array, options: readonly OpenOptions[] = [{}]): Seed => ({
  name,
  files: new Map([[name, bytes]]),
  options,
});

const labels = (n: number): string[] => ["Fp1", "Cz", "Oz", "ECG", "PPG", "X6"].slice(0, n);
const told = (n: number, more: OpenOptions = {}): OpenOptions => ({ sfreq: 128, labels: labels(n), ...more });

function edfSeeds(): Seed[] {
  const samples = [
    [1, -2, 3, 4],
    [5, 6, -7, 8],
    [9, 1, 2, 3],
  ];
  const crafted = [
    craftEdf({ reserved: "EDF+D", signals: [{ samples }, { tals: [timed(0, "+0.5\u00151\u0014A@@C0\u0014\0"), timed(7.5), timed(9)] }] }), // biome-ignore format: one line
    craftEdf({ duration: "0.1", sampleBytes: 3, signals: [{ samples }, { samples, physicalMin: "5" }] }),
    craftEdf({ reserved: "EDF+C", duration: "0", signals: [{ tals: [timed(0, "+1\u0014x\u0014\0"), timed(1)] }] }),
  ];
  return [
    ...pairsOf("edf", /\.[eb]df$/).map(([name, bytes]) => single(name, bytes)),
    ...crafted.map((bytes, i) => single(`crafted${i}.edf`, bytes)),
  ];
}

/** Each record with the files that its header names, under every name that can be opened. */
function wfdbSeeds(): Seed[] {
  const files = pairsOf("wfdb", /\.(hea|dat|atr)$/);
  const records = ["bare", "f16", "f160", "f212", "f24", "f310", "f311", "f32", "f61", "f8", "f80"];
  const atr = new Map(pairsOf("wfdb", /\.(atr|qrs)$/));
  const annotations = [...atr.values()];
  const plain = [...records, "mixed", "fixed", "varies"].map((record, i): Seed => {
    const own = files.filter(([name]) => name.startsWith(`${record}.`) || name.startsWith(`${record}_`));
    const withEvents = new Map([...own, [`${record}.atr`, annotations[i % annotations.length]]]);
    return { name: `${record}.hea`, files: withEvents, options: [{}] };
  });
  return [...plain, ...plain.filter(({ name }) => /^f(16|8)\./.test(name)).map((seed) => ({ ...seed, name: seed.name.replace(".hea", ".dat") }))]; // biome-ignore format: one line
}

const MAT_OPTIONS: Readonly<Record<string, readonly OpenOptions[]>> = {
  classes: [told(2, { variable: "int16" }), told(2, { variable: "float64" }), told(2, { variable: "int64" })],
  volume: [told(3), told(3, { records: [1, 0] })],
  struct: [{}, told(3)],
  cells: [told(3, { variable: "trial{1}" }), told(3)],
  eeglab: [{}],
  text: [told(1)],
  complex: [told(3)],
  sparse: [told(3)],
  v4: [told(3, { variable: "sig" }), told(3, { variable: "i16" })],
  big: [told(3, { variable: "sig" }), told(3, { variable: "narrow" })],
  v4_big: [told(3)],
};

function matSeeds(pattern: RegExp): Seed[] {
  const options = (name: string) => MAT_OPTIONS[name.replace(/(_z)?\.mat$/, "")] ?? [told(3)];
  return pairsOf("mat", pattern).map(([name, bytes]) => single(name, bytes, options(name)));
}

const HDF5_OPTIONS: Readonly<Record<string, readonly OpenOptions[]>> = {
  "beside.h5": [{}, told(3)],
  "hollow.h5": [told(2, { variable: "long" }), told(2, { variable: "records", records: [0, 5] })],
  "matlab73.mat": [{ variable: "EEG/data" }, { variable: "EEG/volume", ...told(3) }],
  "records.h5": [{}, told(3)],
  "types.h5": [told(2, { variable: "float16" }), told(2, { variable: "big_i2" }), told(2, { variable: "int64" })],
};

function npySeeds(): Seed[] {
  const options = [told(3, { layout: "channels-first" }), told(1), told(2)];
  const written = writeNpy(Float32Array.from({ length: 60 }, Math.sin), [20, 3]);
  return [
    ...pairsOf("npy", /\.npy$/).map(([name, bytes]) => single(name, bytes, options)),
    single("written.npy", written, [told(3)]),
  ];
}

function csvSeeds(pattern: RegExp): Seed[] {
  const options = [{}, { sfreq: 100 }, told(2), told(1)];
  return pairsOf("csv", pattern).map(([name, bytes]) => single(name, bytes, options));
}

function safetensorsSeeds(): Seed[] {
  const data = Float32Array.from({ length: 60 }, Math.cos);
  const wide = BigInt64Array.from({ length: 40 }, (_, i) => BigInt(i));
  const tensors = new Map([
    ["sig", { dtype: "F32" as const, shape: [3, 20], data }],
    ["more", { dtype: "I64" as const, shape: [40], data: wide }],
  ]);
  const written = writeSafetensors(tensors, { sfreq: "128", labels: "Fp1,Cz,Oz", unit: "uV", scale: "0.5" });
  const [[name, small]] = pairsOf("safetensors", /\.safetensors$/);
  return [
    single("written.safetensors", written, [{ variable: "sig" }, { variable: "more", sfreq: 1, labels: ["a"] }]),
    single(name, small, [told(3, { variable: "f32.weight" }), told(1, { variable: "f16" })]),
  ];
}

function onnxSeeds(): Seed[] {
  const g = createBuilder("pieces");
  const x = g.input("x", "float32", ["B", 4, 8]);
  const weights = g.constant(float32(Float32Array.from({ length: 16 }, Math.sin), [8, 2]));
  const parts = g.split2(g.matMul(x, weights), [1, 1], -1);
  const joined = g.concat([g.softmax(parts[0], 1), g.gelu(parts[1])], 2);
  const flat = g.reshape(g.transpose(joined, [0, 2, 1]), [-1, 8]);
  const small = writeOnnx(g.finish({ y: g.reduceSum(flat, [1]), first: g.slice(flat, [0], [3], [1]) }));
  const model = writeOnnx(panlunaGraph(smallModel({ kind: "classify", numClasses: 2 })));
  return [...Array<Seed>(7).fill(single("pieces.onnx", small)), single("model.onnx", model)];
}

const bytesOnly = (): readonly Mutate[] => BYTE_MUTATORS;
const mostlyText: readonly Mutate[] = [...TEXT_MUTATORS, ...TEXT_MUTATORS, ...BYTE_MUTATORS];

/** Every reader, with its part of the mutants. HDF5 goes through a library that costs milliseconds a file. */
export const FAMILIES: readonly Family[] = [
  { name: "EDF", share: 0.17, seeds: edfSeeds, mutators: () => [...BYTE_MUTATORS, ...Array(13).fill(setNumber)] },
  {
    name: "WFDB",
    share: 0.22,
    seeds: wfdbSeeds,
    mutators: (file, { files }) =>
      file.endsWith(".hea")
        ? [...mostlyText, setNumber, moveLine, moveField, ...Array(10).fill(trickPath([...files.keys()]))]
        : BYTE_MUTATORS,
  },
  { name: "MAT v4", share: 0.05, seeds: () => matSeeds(/^v4.*\.mat$/), mutators: bytesOnly },
  { name: "MAT v5", share: 0.1, seeds: () => matSeeds(/^(?!v4)(?!.*_z\.mat).*\.mat$/), mutators: bytesOnly },
  {
    name: "MAT v5 compressed",
    share: 0.06,
    seeds: () => matSeeds(/_z\.mat$/),
    mutators: () => [...BYTE_MUTATORS, ...BYTE_MUTATORS.map(insideMat), ...BYTE_MUTATORS.map(insideMat)],
  },
  {
    name: "HDF5",
    share: 0.07,
    seeds: () => pairsOf("hdf5", /\.(h5|mat)$/).map(([name, bytes]) => single(name, bytes, HDF5_OPTIONS[name])),
    mutators: bytesOnly,
  },
  { name: "NPY", share: 0.06, seeds: npySeeds, mutators: () => mostlyText },
  {
    name: "NPZ",
    share: 0.05,
    seeds: () => pairsOf("npy", /\.npz$/).map(([name, bytes]) => single(name, bytes, [told(3), { sfreq: 128 }, {}])),
    mutators: () => [
      ...BYTE_MUTATORS,
      ...mostlyText.map(insideZip),
      zip64Count,
      zip64Count,
      repeatMember,
      repeatMember,
    ],
  },
  { name: "CSV", share: 0.09, seeds: () => csvSeeds(/\.(csv|tsv|txt)$/), mutators: () => mostlyText },
  {
    name: "CSV gzipped",
    share: 0.05,
    seeds: () => csvSeeds(/\.gz$/),
    mutators: () => [...BYTE_MUTATORS, ...mostlyText.map(insideGzip)],
  },
  { name: "safetensors", share: 0.05, seeds: safetensorsSeeds, mutators: () => mostlyText },
  { name: "ONNX", share: 0.03, seeds: onnxSeeds, mutators: bytesOnly },
];
