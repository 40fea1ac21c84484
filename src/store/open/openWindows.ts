import { FormatError, UsageError } from "../../errors.ts";
import { canonicalJson } from "../../formats/json.ts";
import { sha256 } from "../canonical.ts";
import { windowLength } from "../documents.ts";
import { partIdOf } from "../partName.ts";
import type { StoreMeta } from "../storeWriter.ts";
import type { WindowStore } from "../windowStore.ts";
import { type PartContents, type PartLayout, readPartLayouts } from "./partReader.ts";
import { readRoot } from "./readDocuments.ts";
import { readAll, type StoreSource } from "./storeSource.ts";
import { joinTables, type StoreTable } from "./storeTable.ts";

/** Files and chunks that are asked for at the same time. */
const AT_ONCE = 8;

/**
 * Open the windows of a store: the documents and tables of its parts are read, no samples. Windows stand in the order of
 * part id, layout id and time of writing; a part committed later does not appear.
 * @throws FormatError when the source is no store, or a part is damaged; the message names it
 */
export async function openWindows(source: StoreSource): Promise<WindowStore> {
  const root = await readAll(source, "zarr.json");
  if (root === undefined) {
    const todo = "Name the folder that panluna prepare has made";
    throw new FormatError({ where: source.name, what: "no store of windows: it has no zarr.json", todo });
  }
  const { meta, parts: listed } = readRoot(root, source.name);
  const ids = [...((await foundParts(source)) ?? listed ?? missingList(source))].sort();
  const parts = await inTurns(ids, (id) => readPartLayouts(source, id, meta));
  const table = joinTables(source.name, parts, meta);
  return {
    name: meta.name,
    sfreq: meta.sfreq,
    nTimes: windowLength(meta),
    layouts: table.layouts,
    tasks: meta.tasks,
    subjects: table.subjects,
    recordings: table.recordings,
    windows: table.windows,
    officialSplit: table.officialSplit,
    fingerprint: await fingerprintOf(meta, parts),
    read: (rows) => readRows(table, windowLength(meta), rows),
    close: () => source.close(),
  };
}

async function foundParts(source: StoreSource): Promise<readonly string[] | undefined> {
  const folders = await source.folders?.();
  return folders?.map(partIdOf).filter((id) => id !== undefined);
}

function missingList(source: StoreSource): never {
  const todo = "Run panluna prepare once more until it finishes, then copy the store";
  throw new FormatError({ where: source.name, what: "the store was not finished: it has no list of its parts", todo });
}

/** Over what a model is trained on: names of the corpus, its licence and provenance are left out. */
function fingerprintOf(meta: StoreMeta, parts: readonly PartContents[]): Promise<string> {
  const { sfreq, windowSeconds, samples, tasks, chain } = meta;
  const content = parts.map(({ record }) => [record.id, record.digest]);
  return sha256(canonicalJson([{ sfreq, windowSeconds, samples, tasks, chain }, content]));
}

/** Where a window that is asked for lies, and where it goes. */
interface Wanted {
  readonly window: number;
  readonly out: number;
}

async function readRows(table: StoreTable, nTimes: number, rows: ArrayLike<number>): Promise<Float32Array> {
  if (rows.length === 0) return new Float32Array(0);
  const { chunks, layout } = locate(table, rows);
  const one = table.layouts[layout].channels.length * nTimes;
  const out = new Float32Array(rows.length * one);
  await inTurns([...chunks.values()], async ({ block, chunk, wanted }) => {
    const unpack = await block.readSamples(chunk);
    for (const { window, out: at } of wanted) unpack(window, out.subarray(at * one, (at + 1) * one));
  });
  return out;
}

interface ChunkRequest {
  readonly block: PartLayout;
  readonly chunk: number;
  readonly wanted: Wanted[];
}

/** The chunks that hold the rows, each once, and the layout that all rows have. */
function locate({ windows, starts, blocks }: StoreTable, rows: ArrayLike<number>) {
  const chunks = new Map<string, ChunkRequest>();
  const layout = windows.layout[rows[0]];
  for (let out = 0; out < rows.length; out++) {
    const row = rows[out];
    checkIndex(row, windows.count);
    if (windows.layout[row] !== layout) throw mixedLayouts(rows[0], row);
    const b = blockOf(starts, row);
    const block = blocks[b];
    const chunk = Math.floor((row - starts[b]) / block.windowsPerChunk);
    const key = `${b}/${chunk}`;
    const request = chunks.get(key) ?? { block, chunk, wanted: [] };
    request.wanted.push({ window: (row - starts[b]) % block.windowsPerChunk, out });
    chunks.set(key, request);
  }
  return { chunks, layout };
}

/** Last block that starts at or before a window. */
function blockOf(starts: readonly number[], row: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= row) low = middle;
    else high = middle;
  }
  return low;
}

function checkIndex(row: number, count: number): void {
  if (Number.isInteger(row) && row >= 0 && row < count) return;
  throw new UsageError({ where: "read", what: "no such window", expected: `0 to ${count - 1}`, got: String(row) });
}

const mixedLayouts = (first: number, row: number): UsageError =>
  new UsageError({
    where: "read",
    what: "windows of different layouts in one batch",
    got: `windows ${first} and ${row}`,
    todo: "Ask for windows of one layout at a time",
  });

/** `work` for every item, a few at a time; results in the order of the items. The first error ends it. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, lane));
  return results;
}
