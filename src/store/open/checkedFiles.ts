import type { AsyncReadable } from "zarrita";
import { FormatError } from "../../errors.ts";
import { type ArraySpec, arrayMetadata, chunkBytes } from "../zarr/arrayMetadata.ts";
import { bloscSizes } from "../zarr/chunkCodec.ts";
import { checksumHolds } from "../zarr/crc32c.ts";
import { decodeShardIndex, indexBytes } from "../zarr/shard.ts";
import { readAll, type StoreSource } from "./storeSource.ts";

/**
 * The files of an array as zarrita asks for them, checked on the way: zarrita takes a missing file for fill values and
 * does not look at checksums.
 * @throws FormatError naming the file that is missing, truncated or whose checksum fails
 */
export function checkedFiles(source: StoreSource, path: string, spec: ArraySpec): AsyncReadable {
  const metadata = new TextEncoder().encode(JSON.stringify(arrayMetadata(spec)));
  const nameOf = (key: string) => `${path}${key}`;
  const sizeOf = async (key: string): Promise<number> => {
    const size = await source.size(nameOf(key));
    if (size === undefined) throw broken(source, nameOf(key), "is missing");
    return size;
  };
  return {
    async get(key) {
      if (key === "/zarr.json") return metadata;
      await sizeOf(key);
      const bytes = (await readAll(source, nameOf(key))) ?? new Uint8Array();
      return checkChunk(source, nameOf(key), "byte 0", bytes, spec);
    },
    async getRange(key, range) {
      const size = await sizeOf(key);
      if ("suffixLength" in range) return readIndex(source, nameOf(key), size, shardNumber(key), spec);
      const bytes = await source.read(nameOf(key), range.offset, range.length);
      return checkChunk(source, nameOf(key), `byte ${range.offset}`, bytes, spec);
    },
  };
}

/** "/c/3/0/0" → 3 */
const shardNumber = (key: string): number => Number(key.split("/")[2]);

/** The index at the end of a shard, once every chunk that must be there lies inside the file. */
async function readIndex(
  source: StoreSource,
  path: string,
  size: number,
  shard: number,
  { rows, rowsPerChunk, chunksPerShard }: ArraySpec,
): Promise<Uint8Array> {
  const length = indexBytes(chunksPerShard);
  if (size < length) throw broken(source, path, "is truncated", `at least ${length} bytes`, `${size} bytes`);
  const index = await source.read(path, size - length, length);
  if (!checksumHolds(index)) throw broken(source, path, "has an index whose checksum fails: truncated or damaged");
  const filled = Math.min(chunksPerShard, Math.ceil(rows / rowsPerChunk) - shard * chunksPerShard);
  for (const [i, place] of decodeShardIndex(index).slice(0, filled).entries()) {
    if (place === undefined || place.offset + place.length > size - length) {
      throw broken(source, path, `has an index without a place for chunk ${i} inside the file`);
    }
  }
  return index;
}

/** A chunk whose checksum holds and which unpacks to as many bytes as it must. */
function checkChunk(source: StoreSource, path: string, at: string, bytes: Uint8Array, spec: ArraySpec): Uint8Array {
  if (!checksumHolds(bytes)) throw broken(source, path, `has a chunk at ${at} whose checksum fails`);
  const sizes = bloscSizes(bytes);
  if (sizes?.decoded === chunkBytes(spec) && sizes.encoded === bytes.length - 4) return bytes;
  const got = sizes === undefined ? `${bytes.length} bytes packed` : `${sizes.decoded} bytes`;
  throw broken(source, path, `has a chunk at ${at} of another size`, `${chunkBytes(spec)} bytes`, got);
}

const broken = (source: StoreSource, path: string, what: string, expected?: string, got?: string): FormatError =>
  new FormatError({
    where: `${source.name}/${path}`,
    what: `the shard ${what}`,
    expected,
    got,
    todo: "Copy the store again, or delete this part and prepare it again",
  });
