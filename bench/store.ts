import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { UsageError } from "../src/errors.ts";
import { open } from "../src/formats/node.ts";
import { randomStream } from "../src/model/index.ts";
import { planContract, windowBatches } from "../src/signal/index.ts";
import type { ChannelSpec, SampleType, WindowRow, WindowStore } from "../src/store/index.ts";
import { createStore, openStore } from "../src/store/node.ts";
import { quantise } from "../src/store/quantise.ts";
import { environment, peakRssMiB } from "./environment.ts";
import { round } from "./measure.ts";

/** Windows of one recording, ready to be stored. */
interface Prepared {
  readonly id: string;
  readonly channels: readonly ChannelSpec[];
  readonly rows: readonly WindowRow[];
}

const BATCH = 16;
const WINDOW_SECONDS = 5;

/**
 * Writing and reading a store of windows of real recordings (EDF or WFDB): rates in windows/s and in MB/s of samples as int16, and
 * the bytes on disk over those of bare int16. `sequential` reads batches of 16 in order, `shuffled` windows drawn from the whole
 * store. Files come from the system's cache. `gzip` is what level 1 would make of the same windows, packed one by one.
 */
export async function store(args: readonly string[]): Promise<{ result: unknown; out?: string }> {
  const { folder, count, out } = storeOptions(args);
  const start = environment();
  const recordings = await prepare(folder, count);
  const scratch = mkdtempSync(join(tmpdir(), "panluna-bench-"));
  try {
    const int16 = await timeStore(join(scratch, "int16"), recordings, "int16");
    const float32 = await timeStore(join(scratch, "float32"), recordings, "float32");
    const windows = recordings.reduce((sum, { rows }) => sum + rows.length, 0);
    const shape = [recordings[0].channels.length, recordings[0].rows[0].x.length / recordings[0].channels.length];
    const result = { benchmark: "store", environment: start, recordings: recordings.length, windows, shape };
    return { result: { ...result, int16, float32, gzip: timeGzip(recordings), peakRssMiB: peakRssMiB() }, out };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

function storeOptions(args: readonly string[]): { folder: string; count: number; out?: string } {
  try {
    const text = { type: "string" } as const;
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { recordings: text, out: text },
    });
    if (positionals.length === 1) {
      return { folder: positionals[0], count: Number(values.recordings ?? "8"), out: values.out };
    }
  } catch (cause) {
    throw new UsageError({ where: "options", what: (cause as Error).message, todo: "See --help", cause });
  }
  throw new UsageError({ where: "store", what: "needs a folder of recordings", todo: "See --help" });
}

async function prepare(folder: string, count: number): Promise<Prepared[]> {
  const files = readdirSync(folder).filter((name) => /\.(edf|hea)$/.test(name));
  const recordings: Prepared[] = [];
  for (const name of files.sort().slice(0, count)) recordings.push(await windowsOf(join(folder, name), name));
  if (recordings.length > 0) return recordings;
  throw new UsageError({ where: "store", what: "no .edf or .hea files in the folder" });
}

async function windowsOf(path: string, id: string): Promise<Prepared> {
  const recording = await open(path);
  const contract = planContract(recording.channels);
  const rows: WindowRow[] = [];
  const options = { windowSeconds: WINDOW_SECONDS, zscore: false, quality: false, batchSize: BATCH };
  for await (const { x, shape, windows } of windowBatches(recording, contract, options)) {
    const one = shape[1] * shape[2];
    for (const [i, { onset }] of windows.entries()) {
      const said = { subject: id, recording: id, onset, quality: 1, labels: {} };
      rows.push({ x: x.slice(i * one, (i + 1) * one), ...said });
    }
  }
  await recording.close();
  return { id, channels: contract.used.map(({ name, sensor, location }) => ({ name, sensor, location })), rows };
}

async function timeStore(path: string, recordings: readonly Prepared[], samples: SampleType) {
  const write = await seconds(() => writeStore(path, recordings, samples));
  const values = recordings.reduce((sum, { rows }) => sum + rows.length * rows[0].x.length, 0);
  const count = recordings.reduce((sum, { rows }) => sum + rows.length, 0);
  const rate = (time: number) => ({ windowsPerS: round(count / time, 0), mbPerS: round((2 * values) / time / 1e6, 1) });
  let opened: WindowStore | undefined;
  const openTime = await seconds(async () => {
    opened = await openStore(path);
  });
  const windows = opened as WindowStore;
  const order = Array.from({ length: count }, (_, i) => i);
  await readAll(windows, order); // files into the cache, code compiled
  const sequential = await seconds(() => readAll(windows, order));
  const keys = randomStream(1, "bench/store").words(0, count);
  order.sort((a, b) => keys[a] - keys[b]);
  const shuffled = await seconds(() => readAll(windows, order));
  await windows.close();
  return {
    sizeOverInt16: round(folderBytes(path) / (2 * values), 4),
    files: fileSizes(path).length,
    write: rate(write),
    openMs: round(1e3 * openTime, 1),
    sequential: rate(sequential),
    shuffled: rate(shuffled),
  };
}

async function writeStore(path: string, recordings: readonly Prepared[], samples: SampleType): Promise<void> {
  const meta = {
    name: "bench",
    title: "",
    licence: "",
    source: "",
    sfreq: 256,
    windowSeconds: WINDOW_SECONDS,
    tasks: {},
  };
  const writer = await createStore(path, { ...meta, samples, chain: { version: "bench" } });
  for (const { id, channels, rows } of recordings) {
    const part = await writer.openPart(id);
    for (let i = 0; i < rows.length; i += BATCH) await part.append(channels, rows.slice(i, i + BATCH));
    await part.commit({});
  }
  await writer.finish({});
}

/** Read windows in batches of one layout each. */
async function readAll(windows: WindowStore, order: readonly number[]): Promise<void> {
  for (let layout = 0; layout < windows.layouts.length; layout++) {
    const own = order.filter((row) => windows.windows.layout[row] === layout);
    for (let i = 0; i < own.length; i += BATCH) await windows.read(own.slice(i, i + BATCH));
  }
}

function timeGzip(recordings: readonly Prepared[]) {
  const steps = recordings.flatMap(({ channels, rows }) =>
    rows.map(({ x }) => {
      const q = new Int16Array(x.length);
      quantise(x, q, new Float32Array(channels.length));
      return new Uint8Array(q.buffer);
    }),
  );
  const bytes = steps.reduce((sum, { length }) => sum + length, 0);
  let begin = performance.now();
  const packed = steps.map((one) => gzipSync(one, { level: 1 }));
  const packS = (performance.now() - begin) / 1e3;
  begin = performance.now();
  for (const one of packed) gunzipSync(one);
  const unpackS = (performance.now() - begin) / 1e3;
  return {
    sizeOverInt16: round(packed.reduce((sum, { length }) => sum + length, 0) / bytes, 4),
    packMbPerS: round(bytes / packS / 1e6, 1),
    unpackMbPerS: round(bytes / unpackS / 1e6, 1),
  };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1e3;
}

const folderBytes = (path: string): number => fileSizes(path).reduce((sum, size) => sum + size, 0);

const fileSizes = (path: string): number[] =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(join(entry.parentPath, entry.name)).size);
