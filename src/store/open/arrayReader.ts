import * as zarr from "zarrita";
import { FormatError, PanlunaError } from "../../errors.ts";
import { canonicalJson, type Json } from "../../formats/json.ts";
import type { ArrayPlan } from "../part/layoutArrays.ts";
import { type ArraySpec, arrayMetadata, chunkBytes } from "../zarr/arrayMetadata.ts";
import type { Values } from "../zarr/chunkCodec.ts";
import { checkedFiles } from "./checkedFiles.ts";
import type { StoreSource } from "./storeSource.ts";

/** Bytes of a decoded chunk that are never exceeded. */
const LARGEST_CHUNK = 2 ** 28;

/** Reads chunks of an array of a store, each whole and checked. */
export class ArrayReader {
  #array: Promise<zarr.Array<zarr.DataType>> | undefined;

  private constructor(
    private readonly source: StoreSource,
    private readonly path: string,
    readonly spec: ArraySpec,
  ) {}

  /**
   * @param plan what the array must be; how many rows a chunk and a shard have is up to the file
   * @throws FormatError when the array is something else
   */
  static of(source: StoreSource, path: string, metadata: Json | undefined, plan: ArrayPlan, rows: number): ArrayReader {
    const spec = { ...plan, rows, ...chunking(metadata, plan) };
    const fits = spec.rowsPerChunk > 0 && chunkBytes(spec) <= LARGEST_CHUNK && spec.chunksPerShard <= 2 ** 16;
    if (fits && canonicalJson(metadata) === canonicalJson(arrayMetadata(spec))) {
      return new ArrayReader(source, path, spec);
    }
    throw new FormatError({
      where: `${source.name}/${path}`,
      what: "the array is not what this store says it holds",
      expected: `${plan.dataType} [${[rows, ...plan.rowShape].join(", ")}] with this program's codecs`,
      todo: "Prepare this part again",
    });
  }

  /**
   * Values of the rows of a chunk, and beyond the last row whatever fills the chunk.
   * @throws FormatError naming the file when it is missing or damaged
   */
  async chunk(index: number): Promise<Values> {
    this.#array ??= zarr.open.v3(zarr.root(checkedFiles(this.source, this.path, this.spec)), { kind: "array" });
    const { data } = await this.#explained(
      index,
      async () => (await (await this.#array)?.getChunk([index, ...this.spec.rowShape.map(() => 0)])) ?? { data: [] },
    );
    const values = data as Values;
    if (values.byteLength === chunkBytes(this.spec)) return values;
    throw this.#damaged(index);
  }

  async #explained<T>(index: number, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof PanlunaError) throw cause;
      throw this.#damaged(index, cause);
    }
  }

  #damaged(index: number, cause?: unknown): FormatError {
    const what = "a chunk cannot be decoded";
    return new FormatError({ where: `${this.source.name}/${this.path}`, what, at: `chunk ${index}`, cause });
  }
}

/** Rows per chunk and chunks per shard as the metadata has them; anything else about it is compared afterwards. */
function chunking(metadata: Json | undefined, plan: ArrayPlan): Pick<ArraySpec, "rowsPerChunk" | "chunksPerShard"> {
  const outer = first(at(metadata, "chunk_grid", "configuration", "chunk_shape"));
  if (plan.chunksPerShard === 0) return { rowsPerChunk: outer, chunksPerShard: 0 };
  const rowsPerChunk = first(at(metadata, "codecs", "0", "configuration", "chunk_shape"));
  return { rowsPerChunk, chunksPerShard: Math.max(1, Math.floor(outer / rowsPerChunk)) };
}

const at = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined | null)?.[key], value);

const first = (shape: unknown): number => {
  const rows = Array.isArray(shape) ? Number(shape[0]) : 0;
  return Number.isSafeInteger(rows) && rows > 0 ? rows : 0;
};
