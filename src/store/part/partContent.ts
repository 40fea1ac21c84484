import { FormatError } from "../../errors.ts";
import { canonicalJson, type Json } from "../../formats/json.ts";
import { type PartRecord, partDocument, windowLength } from "../documents.ts";
import type { ChannelSpec } from "../layout.ts";
import { layoutId } from "../layoutId.ts";
import type { WindowRow } from "../partWriter.ts";
import type { StoreMeta } from "../storeWriter.ts";
import type { SplitName } from "../windowStore.ts";
import type { FolderSink } from "../zarr/arrayWriter.ts";
import { checkRow } from "./checkRow.ts";
import { type Hash, LayoutWriter } from "./layoutWriter.ts";

/** What a part holds, written into a folder as it comes; the folder is the caller's. */
export class PartContent {
  readonly #layouts = new Map<string, LayoutWriter>();
  readonly #subjects = new Map<string, number>();
  readonly #recordings = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #splits = new Map<string, SplitName>();

  constructor(
    private readonly id: string,
    private readonly sink: FolderSink,
    private readonly meta: StoreMeta,
    private readonly newHash: () => Hash,
  ) {}

  assign(subject: string, split: SplitName): void {
    const known = this.#splits.get(subject);
    if (known !== undefined && known !== split) {
      const what = `${subject} is assigned to two splits`;
      throw new FormatError({ where: this.id, what, expected: known, got: split });
    }
    this.#splits.set(subject, split);
  }

  async append(channels: readonly ChannelSpec[], rows: readonly WindowRow[]): Promise<void> {
    const nTimes = windowLength(this.meta);
    for (const row of rows) checkRow(row, channels, nTimes, this.meta.tasks);
    if (rows.length === 0) return;
    const writer = await this.#writer(channels, nTimes);
    for (const row of rows) {
      const subject = indexIn(this.#subjects, row.subject);
      await writer.append(row, subject, this.#recording(row));
    }
  }

  /** Complete the arrays. @returns the document of the part, not yet written */
  async finish(provenance: Readonly<Record<string, unknown>>): Promise<Json> {
    const members: Record<string, Json> = {};
    const writers = [...this.#layouts.values()].sort((a, b) => (a.layout.id < b.layout.id ? -1 : 1));
    for (const writer of writers) Object.assign(members, await writer.finish());
    const splits = [...this.#splits].sort(([a], [b]) => (a < b ? -1 : 1));
    const content = writers.map((writer) => [writer.layout, writer.digest()]);
    const hash = this.newHash();
    hash.update(new TextEncoder().encode(canonicalJson([content, splits])));
    const record: PartRecord = {
      id: this.id,
      digest: hash.digest(),
      subjects: [...this.#subjects.keys()],
      recordings: this.#names,
      splits,
      layouts: writers.map(({ layout, count }) => ({ ...layout, windows: count })),
      provenance,
    };
    return partDocument(record, members);
  }

  async abandon(): Promise<void> {
    for (const writer of this.#layouts.values()) await writer.abandon();
  }

  async #writer(channels: readonly ChannelSpec[], nTimes: number): Promise<LayoutWriter> {
    const id = await layoutId(channels);
    let writer = this.#layouts.get(id);
    if (writer === undefined) {
      const own = channels.map(({ name, sensor, location }) => ({ name, sensor, location: [...location] }));
      writer = new LayoutWriter(this.sink, { id, channels: own }, this.meta, nTimes, this.newHash());
      this.#layouts.set(id, writer);
    }
    return writer;
  }

  #recording({ subject, recording }: WindowRow): number {
    const index = indexIn(this.#recordings, JSON.stringify([subject, recording]));
    this.#names[index] = recording;
    return index;
  }
}

/** Index of a key in the order of first appearance. */
function indexIn(indices: Map<string, number>, key: string): number {
  const known = indices.get(key);
  if (known !== undefined) return known;
  indices.set(key, indices.size);
  return indices.size - 1;
}
