import type { Json } from "../../formats/json.ts";
import { type ArraySpec, arrayMetadata, chunkKey } from "./arrayMetadata.ts";
import { encodeChunk, VALUES_OF, type Values } from "./chunkCodec.ts";
import { encodeShardIndex } from "./shard.ts";

/** A file being written. */
export interface FileSink {
  write(bytes: Uint8Array): Promise<void>;
  /** The file is complete and on the disk. */
  close(): Promise<void>;
}

/** Where the files of a part go. Paths use `/`; folders come into being as needed. */
export interface FolderSink {
  create(path: string): Promise<FileSink>;
}

/** Rows written one after the other into an array; holds one chunk in memory. */
export class ArrayWriter {
  readonly #spec: Omit<ArraySpec, "rows">;
  readonly #chunk: Values;
  readonly #rowLength: number;
  #rows = 0;
  #shard: FileSink | undefined;
  /** Bytes of each chunk in the shard being written. */
  #lengths: number[] = [];

  /** @param path folder of the array below `sink` */
  constructor(
    private readonly sink: FolderSink,
    private readonly path: string,
    spec: Omit<ArraySpec, "rows">,
  ) {
    this.#spec = spec;
    this.#rowLength = spec.rowShape.reduce((product, n) => product * n, 1);
    this.#chunk = new VALUES_OF[spec.dataType](spec.rowsPerChunk * this.#rowLength);
  }

  /** @param row as many values as a row has */
  async append(row: ArrayLike<number>): Promise<void> {
    const { rowsPerChunk } = this.#spec;
    this.#chunk.set(row, (this.#rows % rowsPerChunk) * this.#rowLength);
    this.#rows++;
    if (this.#rows % rowsPerChunk === 0) await this.#flush();
  }

  /** Write what is left and the metadata. @returns the metadata */
  async finish(): Promise<Json> {
    const { rowsPerChunk } = this.#spec;
    const rest = this.#rows % rowsPerChunk;
    if (rest > 0) {
      this.#chunk.fill(0, rest * this.#rowLength); // a chunk at the border is stored whole
      this.#rows += rowsPerChunk - rest;
      await this.#flush();
      this.#rows -= rowsPerChunk - rest;
    }
    const chunks = Math.ceil(this.#rows / rowsPerChunk);
    // An array that does not fill its first shard has one made to measure: its index then has no empty places.
    const chunksPerShard = Math.min(this.#spec.chunksPerShard, Math.max(1, chunks));
    if (this.#lengths.length > 0) await this.#endShard(chunksPerShard);
    const metadata = arrayMetadata({ ...this.#spec, chunksPerShard, rows: this.#rows });
    await writeJson(this.sink, `${this.path}/zarr.json`, metadata);
    return metadata;
  }

  /** Close what is open; the array stays incomplete. */
  async abandon(): Promise<void> {
    const shard = this.#shard;
    this.#shard = undefined;
    await shard?.close();
  }

  async #flush(): Promise<void> {
    const { rowsPerChunk, chunksPerShard, rowShape } = this.#spec;
    const bytes = await encodeChunk(this.#chunk);
    const index = this.#rows / rowsPerChunk - 1;
    const file = Math.floor(index / Math.max(1, chunksPerShard));
    this.#shard ??= await this.sink.create(`${this.path}/${chunkKey(file, rowShape)}`);
    await this.#shard.write(bytes);
    this.#lengths.push(bytes.length);
    if (this.#lengths.length >= chunksPerShard) await this.#endShard(chunksPerShard);
  }

  async #endShard(chunksPerShard: number): Promise<void> {
    if (chunksPerShard > 0) await this.#shard?.write(encodeShardIndex(this.#lengths, chunksPerShard));
    await this.#shard?.close();
    this.#shard = undefined;
    this.#lengths = [];
  }
}

/** Write a JSON document as a file. */
export async function writeJson(sink: FolderSink, path: string, value: Json): Promise<void> {
  const file = await sink.create(path);
  await file.write(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
  await file.close();
}
