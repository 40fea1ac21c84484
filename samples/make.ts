/**
 * Makes the recordings of this folder from the data sets that they are taken from; README.md and samples.json say what each is.
 * Run it with `npx tsx samples/make.ts ../shared/data`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { open } from "../src/formats/node.ts";
import { cutEdf } from "./make/cutEdf.ts";
import { cutAnnotations, type RecordFiles, writeRecord } from "./make/wfdb.ts";

/** Bytes of every recording by file name. @param data folder with `eegmat`, `ptbxl`, `mitdb`, `troika` */
export async function makeSamples(data: string): Promise<RecordFiles> {
  return {
    "eegmat-rest.edf": cutEdf(readFileSync(join(data, "eegmat/Subject00_1.edf")), 15, 45),
    "eegmat-arithmetic.edf": cutEdf(readFileSync(join(data, "eegmat/Subject00_2.edf")), 15, 45),
    ...(await ptbxl(join(data, "ptbxl/raw.h5"))),
    ...(await mitdb(join(data, "mitdb/100"), 60)),
    ...(await troika(join(data, "troika/DATA_01_TYPE01.mat"), 60)),
  };
}

const LEADS = ["I", "II", "III", "AVR", "AVL", "AVF", "V1", "V2", "V3", "V4", "V5", "V6"];

/** Record 0 of the file is ECG 1 of PTB-XL: whole microvolts. */
async function ptbxl(path: string): Promise<RecordFiles> {
  const recording = await open(path, {
    sfreq: 500,
    labels: LEADS,
    variable: "data_group_0/X",
    layout: "channels-first",
    records: [0],
  });
  const leads = await recording.read();
  await recording.close();
  const signals = leads.map((samples, i) => ({
    label: LEADS[i],
    unit: "mV",
    gain: 1000,
    baseline: 0,
    bits: 16,
    zero: 0,
    samples,
  }));
  return writeRecord("ptbxl-12lead", 500, 16, signals);
}

/** The start of a record; its comments (age, sex, medication) stay behind. */
async function mitdb(path: string, seconds: number): Promise<RecordFiles> {
  const recording = await open(`${path}.hea`);
  const [gain, baseline] = [200, 1024]; // as the header of record 100 has them
  const physical = await recording.read({ to: seconds });
  await recording.close();
  const signals = recording.channels.map(({ label, unit }, c) => ({
    label,
    unit,
    gain,
    baseline,
    bits: 11,
    zero: 1024,
    samples: physical[c].map((value) => Math.round(value * gain + baseline)),
  }));
  const annotations = cutAnnotations(readFileSync(`${path}.atr`), signals[0].samples.length);
  return { ...writeRecord("mitdb-100", recording.channels[0].sfreq, 212, signals), "mitdb-100.atr": annotations };
}

/** The first rows of the start of a recording, which are multiples of 0.5 without a unit. */
async function troika(path: string, seconds: number): Promise<RecordFiles> {
  const labels = ["ECG", "PPG 1", "PPG 2", "ACC X", "ACC Y", "ACC Z"];
  const recording = await open(path, { sfreq: 125, labels, variable: "sig", layout: "channels-first" });
  const rows = await recording.read({ channels: [0, 1, 2], to: seconds });
  await recording.close();
  const signals = rows.map((row, i) => ({
    label: labels[i],
    unit: "a.u.",
    gain: 2,
    baseline: 0,
    bits: 12,
    zero: 0,
    samples: row.map((value) => 2 * value),
  }));
  return writeRecord("troika", 125, 16, signals);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = dirname(fileURLToPath(import.meta.url));
  const files = await makeSamples(process.argv[2] ?? "../shared/data");
  for (const [name, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, name), bytes);
    console.log(`${name}\t${bytes.length}`);
  }
}
