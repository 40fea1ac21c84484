import { FormatError } from "../../errors.ts";
import type { Json } from "../../formats/json.ts";
import { type PartRecord, windowLength } from "../documents.ts";
import type { Layout } from "../layout.ts";
import { type ArrayPlan, labelArray, planArrays } from "../part/layoutArrays.ts";
import { partFolder } from "../partName.ts";
import { dequantise } from "../quantise.ts";
import type { StoreMeta } from "../storeWriter.ts";
import type { Values } from "../zarr/chunkCodec.ts";
import { ArrayReader } from "./arrayReader.ts";
import { readPart } from "./readDocuments.ts";
import { readAll, type StoreSource } from "./storeSource.ts";

/** What is known of the windows of one layout of a part; names by their index in the part. */
export interface PartTable {
  readonly subject: Values;
  readonly recording: Values;
  readonly onset: Values;
  readonly quality: Values;
  /** By task, (windows, labelWidth). */
  readonly labels: ReadonlyMap<string, Values>;
}

/** The windows of one layout of a part. */
export interface PartLayout {
  readonly part: PartRecord;
  readonly layout: Layout;
  readonly windows: number;
  readonly table: PartTable;
  readonly windowsPerChunk: number;
  /** Samples of all windows of a chunk, dequantised: `window` → (C, T). */
  readSamples(chunk: number): Promise<(window: number, out: Float32Array) => void>;
}

/** Read the document of a part and its tables; no samples. */
export async function readPartLayouts(source: StoreSource, id: string, meta: StoreMeta): Promise<PartContents> {
  const folder = partFolder(id);
  const where = `${source.name}/${folder}`;
  const bytes = await readAll(source, `${folder}/zarr.json`);
  if (bytes === undefined)
    throw new FormatError({ where, what: "the part has no zarr.json", todo: "Delete or restore it" });
  const { record, members } = readPart(bytes, where);
  if (record.id !== id)
    throw new FormatError({ where, what: "is a part of another name", expected: id, got: record.id });
  const layouts: PartLayout[] = [];
  const sorted = [...record.layouts].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const { windows, id: layoutId, channels } of sorted) {
    layouts.push(await readLayout(source, record, { id: layoutId, channels }, windows, members, meta));
  }
  return { record, layouts };
}

/** A part as read at opening. */
export interface PartContents {
  readonly record: PartRecord;
  readonly layouts: readonly PartLayout[];
}

async function readLayout(
  source: StoreSource,
  part: PartRecord,
  layout: Layout,
  windows: number,
  members: Readonly<Record<string, Json>>,
  meta: StoreMeta,
): Promise<PartLayout> {
  const plans = planArrays(layout.channels.length, windowLength(meta), meta.samples, meta.tasks);
  const open = (name: string, plan: ArrayPlan) => {
    const path = `${layout.id}/${name}`;
    return ArrayReader.of(source, `${partFolder(part.id)}/${path}`, members[path], plan, windows);
  };
  const column = (name: string, plan: ArrayPlan) => readColumn(open(name, plan));
  const labels = new Map<string, Values>();
  for (const [task, plan] of Object.entries(plans.labels)) labels.set(task, await column(labelArray(task), plan));
  const table = {
    subject: await column("subject", plans.subject),
    recording: await column("recording", plans.recording),
    onset: await column("onset", plans.onset),
    quality: await column("quality", plans.quality),
    labels,
  };
  checkIndices(table.subject, part.subjects.length, `${source.name}/${part.id}/${layout.id}/subject`);
  checkIndices(table.recording, part.recordings.length, `${source.name}/${part.id}/${layout.id}/recording`);
  const x = open("x", plans.x);
  const scale = plans.scale && open("scale", plans.scale);
  if (scale && scale.spec.rowsPerChunk !== x.spec.rowsPerChunk) {
    throw new FormatError({ where: `${source.name}/${part.id}/${layout.id}`, what: "chunks of x and scale differ" });
  }
  const readSamples = sampleReader(x, scale, layout.channels.length, windowLength(meta));
  return { part, layout, windows, table, windowsPerChunk: x.spec.rowsPerChunk, readSamples };
}

/** All rows of an array; what a file claims is only allocated chunk by chunk as the chunks turn out to be there. */
async function readColumn(array: ArrayReader): Promise<Values> {
  const { rows, rowsPerChunk, rowShape } = array.spec;
  const width = rowShape.reduce((product, n) => product * n, 1);
  const chunks: Values[] = [];
  for (let i = 0; i * rowsPerChunk < rows; i++) {
    const left = Math.min(rowsPerChunk, rows - i * rowsPerChunk);
    chunks.push((await array.chunk(i)).slice(0, left * width));
  }
  if (chunks.length === 1) return chunks[0];
  const all = new (chunks[0].constructor as new (length: number) => Values)(rows * width);
  for (const [i, chunk] of chunks.entries()) all.set(chunk, i * rowsPerChunk * width);
  return all;
}

function sampleReader(x: ArrayReader, scale: ArrayReader | undefined, nChannels: number, nTimes: number) {
  return async (chunk: number): Promise<(window: number, out: Float32Array) => void> => {
    const [samples, steps] = await Promise.all([x.chunk(chunk), scale?.chunk(chunk)]);
    const one = nChannels * nTimes;
    if (steps === undefined) return (window, out) => out.set(samples.subarray(window * one, (window + 1) * one));
    return (window, out) => {
      const q = (samples as Int16Array).subarray(window * one, (window + 1) * one);
      dequantise(q, steps.subarray(window * nChannels, (window + 1) * nChannels), out);
    };
  };
}

function checkIndices(indices: Values, count: number, where: string): void {
  const bad = indices.findIndex((index: number) => index >= count);
  if (bad < 0) return;
  const expected = `less than ${count}`;
  throw new FormatError({ where, what: "an index", at: `window ${bad}`, expected, got: String(indices[bad]) });
}
