import { canonicalJson, type Json } from "../../formats/json.ts";
import { labelWidth } from "../../task/taskSpec.ts";
import { asJson } from "../canonical.ts";
import type { Layout } from "../layout.ts";
import type { WindowRow } from "../partWriter.ts";
import { quantise } from "../quantise.ts";
import type { StoreMeta } from "../storeWriter.ts";
import { groupMetadata } from "../zarr/arrayMetadata.ts";
import { ArrayWriter, type FolderSink, writeJson } from "../zarr/arrayWriter.ts";
import { littleEndian } from "../zarr/chunkCodec.ts";
import { type ArrayPlan, labelArray, planArrays } from "./layoutArrays.ts";

/** A digest in the making. */
export interface Hash {
  update(bytes: Uint8Array): void;
  /** Hex. */
  digest(): string;
}

/** Writes the windows of one layout of a part as a group of arrays. */
export class LayoutWriter {
  /** Windows written. */
  count = 0;
  readonly #arrays = new Map<string, ArrayWriter>();
  readonly #q: Int16Array;
  readonly #scale: Float32Array;

  constructor(
    private readonly sink: FolderSink,
    readonly layout: Layout,
    private readonly meta: StoreMeta,
    nTimes: number,
    private readonly hash: Hash,
  ) {
    const { labels, ...plans } = planArrays(layout.channels.length, nTimes, meta.samples, meta.tasks);
    for (const [name, plan] of Object.entries<ArrayPlan>(plans)) this.#open(name, plan);
    for (const [task, plan] of Object.entries(labels)) this.#open(labelArray(task), plan);
    this.#scale = new Float32Array(layout.channels.length);
    this.#q = new Int16Array(layout.channels.length * nTimes);
  }

  /** @param subject index into the part's subjects; @param recording index into its recordings */
  async append(row: WindowRow, subject: number, recording: number): Promise<void> {
    await this.#samples(row);
    await this.#array("subject").append([subject]);
    await this.#array("recording").append([recording]);
    await this.#array("onset").append([row.onset]);
    await this.#array("quality").append([row.quality]);
    for (const [task, spec] of Object.entries(this.meta.tasks)) {
      const label = row.labels[task] ?? Array.from({ length: labelWidth(spec) }, () => Number.NaN);
      await this.#array(labelArray(task)).append(typeof label === "number" ? [label] : label);
    }
    const { x: _, ...said } = row; // the table by its values: indices depend on what else the part holds
    this.hash.update(new TextEncoder().encode(canonicalJson(said)));
    this.count++;
  }

  /** @returns the metadata documents of the group and its arrays, by path below the part */
  async finish(): Promise<Record<string, Json>> {
    const { id, channels } = this.layout;
    const members: Record<string, Json> = {};
    const finished = [...this.#arrays].map(async ([name, array]) => [`${id}/${name}`, await array.finish()] as const);
    for (const [path, metadata] of await Promise.all(finished)) members[path] = metadata;
    const group = groupMetadata({ panluna: { layout: id, channels: asJson(channels) } });
    await writeJson(this.sink, `${id}/zarr.json`, group);
    return { [id]: group, ...members };
  }

  /** Content of the windows so far: what the digest of the part is made of. */
  digest = (): string => this.hash.digest();

  async abandon(): Promise<void> {
    for (const array of this.#arrays.values()) await array.abandon();
  }

  async #samples({ x }: WindowRow): Promise<void> {
    if (this.meta.samples === "float32") {
      this.hash.update(littleEndian(x));
      return this.#array("x").append(x);
    }
    quantise(x, this.#q, this.#scale);
    this.hash.update(littleEndian(this.#q));
    this.hash.update(littleEndian(this.#scale));
    await this.#array("x").append(this.#q);
    await this.#array("scale").append(this.#scale);
  }

  #open(name: string, plan: ArrayPlan): void {
    this.#arrays.set(name, new ArrayWriter(this.sink, `${this.layout.id}/${name}`, plan));
  }

  #array(name: string): ArrayWriter {
    const array = this.#arrays.get(name);
    if (array === undefined) throw new Error(`no array ${name}`);
    return array;
  }
}
