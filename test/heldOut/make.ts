/**
 * Copies a few windows of people whom nothing was trained on to stores/, one small store per shipped task:
 * `npx tsx test/heldOut/make.ts STORES`, STORES as for configs/splits/makeOpen.ts. Each test person of configs/splits/open.json gives windows of
 * each of the classes that they have, evenly spaced over what they have of it; no window is chosen by how well it is recognised.
 */
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  createStore,
  type Label,
  labelWidth,
  openStore,
  type Split,
  type WindowRow,
  type WindowStore,
} from "../../src/store/node.ts";
import { readRoot } from "../../src/store/open/readDocuments.ts";

interface Choice {
  readonly task: string;
  /** People, evenly spaced in their order; all of the test if not given. */
  readonly people?: number;
  /** Windows per person and class; of a value, per person. */
  readonly each: number;
}

/** By the name of the store. */
export const CHOSEN: Readonly<Record<string, Choice>> = {
  ptbxl: { task: "superclass", people: 24, each: 1 },
  eegmat: { task: "arithmetic", each: 1 },
  adhd: { task: "adhd", people: 14, each: 1 },
  "stress-predict": { task: "stress", each: 1 },
  troika: { task: "heart-rate", each: 8 },
};

const MIN_QUALITY = 0.5;
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const [stores] = process.argv.slice(2);
if (stores === undefined) throw new Error("npx tsx test/heldOut/make.ts STORES");
const splits = JSON.parse(readFileSync(here("../../configs/splits/open.json"), "utf8")) as Record<string, Split>;
for (const [name, choice] of Object.entries(CHOSEN)) {
  const folder = join(stores, name);
  const store = await openStore(folder);
  const { meta } = readRoot(readFileSync(join(folder, "zarr.json")), name);
  const rows = chosenRows(store, choice, splits[name].test);
  await rm(here(`stores/${name}`), { recursive: true, force: true });
  const writer = await createStore(here(`stores/${name}`), meta);
  const part = await writer.openPart("held-out");
  for (const row of rows) await part.append(layoutOf(store, row).channels, [await windowAt(store, row, choice.task)]);
  for (const subject of new Set(rows.map((row) => subjectOf(store, row)))) part.assign(subject, "test");
  await part.commit({ from: name, split: "configs/splits/open.json, test" });
  await writer.finish({ windows: rows.length });
  await store.close();
  console.log(`${name}: ${rows.length} windows`);
}

function chosenRows(store: WindowStore, { task, people, each }: Choice, tested: readonly string[]): number[] {
  const labels = labelsOf(store, task);
  const byClass = store.tasks[task].kind === "binary";
  const able = [...labels.keys()].filter((row) => store.windows.quality[row] >= MIN_QUALITY);
  const known = tested.filter((subject) => able.some((row) => subjectOf(store, row) === subject)).sort();
  return spaced(known, people ?? known.length).flatMap((subject) => {
    const own = able.filter((row) => subjectOf(store, row) === subject);
    const groups = new Set(byClass ? own.map((row) => labels.get(row)) : [undefined]);
    return [...groups].flatMap((label) => {
      const group = own.filter((row) => label === undefined || labels.get(row) === label);
      return spaced(group, Math.min(each, group.length));
    });
  });
}

/** Some of a list, the first one at half a step. */
function spaced<T>(list: readonly T[], count: number): T[] {
  return Array.from({ length: count }, (_, i) => list[Math.floor(((i + 0.5) * list.length) / count)]);
}

/** By row, of the windows that have one. */
function labelsOf({ tasks, windows }: WindowStore, task: string): Map<number, Label> {
  const width = labelWidth(tasks[task]);
  const flat = windows.labels.get(task)!;
  const rows = Array.from({ length: windows.count }, (_, row) => row).filter((row) => !Number.isNaN(flat[row * width]));
  return new Map(
    rows.map((row) => [row, width === 1 ? flat[row] : [...flat.subarray(row * width, (row + 1) * width)]]),
  );
}

async function windowAt(store: WindowStore, row: number, task: string): Promise<WindowRow> {
  const { windows, recordings } = store;
  return {
    x: await store.read([row]),
    subject: subjectOf(store, row),
    recording: recordings[windows.recording[row]],
    onset: windows.onset[row],
    quality: windows.quality[row],
    labels: { [task]: labelsOf(store, task).get(row)! },
  };
}

function subjectOf({ subjects, windows }: WindowStore, row: number): string {
  return subjects[windows.subject[row]];
}

function layoutOf({ layouts, windows }: WindowStore, row: number): WindowStore["layouts"][number] {
  return layouts[windows.layout[row]];
}
