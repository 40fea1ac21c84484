import { FormatError } from "../../errors.ts";
import { canonicalJson } from "../../formats/json.ts";
import { labelWidth } from "../../task/taskSpec.ts";
import type { Layout } from "../layout.ts";
import type { StoreMeta } from "../storeWriter.ts";
import type { SplitName, WindowTable } from "../windowStore.ts";
import type { PartContents, PartLayout } from "./partReader.ts";

/** What a store knows of its windows, put together from its parts. */
export interface StoreTable {
  readonly layouts: readonly Layout[];
  readonly subjects: readonly string[];
  readonly recordings: readonly string[];
  readonly windows: WindowTable;
  readonly officialSplit: ReadonlyMap<string, SplitName>;
  /** First window of each of `blocks`, ascending. */
  readonly starts: readonly number[];
  readonly blocks: readonly PartLayout[];
}

/** Most layouts that a table can tell apart. */
const MOST_LAYOUTS = 65536;

/**
 * Put the tables of parts one after the other, by part and layout; layouts, subjects and recordings get store-wide indices.
 * @throws FormatError where parts contradict each other: layouts of one name, or the official split of a person
 */
export function joinTables(where: string, parts: readonly PartContents[], meta: StoreMeta): StoreTable {
  const blocks = parts.flatMap(({ layouts }) => layouts);
  const count = blocks.reduce((sum, { windows }) => sum + windows, 0);
  const names = { layouts: new Map<string, Layout>(), subjects: new Names(), recordings: new Names() };
  const labels = new Map(
    Object.entries(meta.tasks).map(([task, spec]) => [task, new Float32Array(count * labelWidth(spec))]),
  );
  const windows = {
    count,
    layout: new Uint16Array(count),
    subject: new Uint32Array(count),
    recording: new Uint32Array(count),
    onset: new Float64Array(count),
    quality: new Float32Array(count),
    labels,
  };
  const starts: number[] = [];
  let start = 0;
  for (const block of blocks) {
    starts.push(start);
    windows.layout.fill(layoutIndex(where, names.layouts, block), start, start + block.windows);
    placeNames(block, start, windows, names);
    windows.onset.set(block.table.onset, start);
    windows.quality.set(block.table.quality, start);
    for (const [task, column] of labels) {
      const own = block.table.labels.get(task);
      if (own !== undefined) column.set(own, start * labelWidth(meta.tasks[task]));
    }
    start += block.windows;
  }
  return {
    layouts: [...names.layouts.values()],
    subjects: names.subjects.list,
    recordings: names.recordings.list,
    windows,
    officialSplit: joinSplits(where, parts),
    starts,
    blocks,
  };
}

/** Names in the order of first appearance, told apart by a key. */
class Names {
  readonly list: string[] = [];
  readonly #indices = new Map<string, number>();
  index(key: string, name: string): number {
    const known = this.#indices.get(key);
    if (known !== undefined) return known;
    this.#indices.set(key, this.list.length);
    return this.list.push(name) - 1;
  }
}

function placeNames(
  { part, table, windows: n }: PartLayout,
  start: number,
  windows: Pick<WindowTable, "subject" | "recording">,
  names: { readonly subjects: Names; readonly recordings: Names },
): void {
  for (let i = 0; i < n; i++) {
    const subject = part.subjects[table.subject[i]];
    const recording = part.recordings[table.recording[i]];
    windows.subject[start + i] = names.subjects.index(subject, subject);
    windows.recording[start + i] = names.recordings.index(JSON.stringify([subject, recording]), recording);
  }
}

function layoutIndex(where: string, layouts: Map<string, Layout>, { layout, part }: PartLayout): number {
  const known = layouts.get(layout.id);
  if (known === undefined) layouts.set(layout.id, layout);
  else if (canonicalJson(known) !== canonicalJson(layout)) {
    const what = `two layouts have the name ${layout.id}`;
    throw new FormatError({ where, what, at: `part ${part.id}`, todo: "Prepare one of the parts in another store" });
  }
  if (layouts.size > MOST_LAYOUTS) {
    throw new FormatError({ where, what: "too many layouts", expected: `at most ${MOST_LAYOUTS}` });
  }
  return [...layouts.keys()].indexOf(layout.id);
}

function joinSplits(where: string, parts: readonly PartContents[]): ReadonlyMap<string, SplitName> {
  const splits = new Map<string, SplitName>();
  for (const { record } of parts) {
    for (const [subject, split] of record.splits) {
      const known = splits.get(subject);
      if (known !== undefined && known !== split) {
        const what = `the official splits have ${subject} twice`;
        throw new FormatError({ where, what, at: `part ${record.id}`, expected: known, got: split });
      }
      splits.set(subject, split);
    }
  }
  return splits;
}
