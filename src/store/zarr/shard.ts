import { withChecksum } from "./crc32c.ts";

/** Offset and length of a chunk that was never written. */
const EMPTY = 2n ** 64n - 1n;

/** Where a chunk lies in the file of its shard, in bytes; undefined where there is none. */
export type ChunkPlace = { readonly offset: number; readonly length: number } | undefined;

/** Bytes of the index of a shard: two uint64 per chunk and the checksum. */
export const indexBytes = (chunksPerShard: number): number => 16 * chunksPerShard + 4;

/**
 * The index that ends the file of a shard: uint64 (chunks, 2) of offset and length, and the checksum.
 * @see Zarr v3 codec sharding-indexed 1.0, "Binary shard format"
 */
export function encodeShardIndex(lengths: readonly number[], chunksPerShard: number): Uint8Array {
  const bytes = new Uint8Array(16 * chunksPerShard);
  const view = new DataView(bytes.buffer);
  let offset = 0; // chunks lie one after the other from the start of the file
  for (let i = 0; i < chunksPerShard; i++) {
    const length = lengths[i];
    view.setBigUint64(16 * i, length === undefined ? EMPTY : BigInt(offset), true);
    view.setBigUint64(16 * i + 8, length === undefined ? EMPTY : BigInt(length), true);
    offset += length ?? 0;
  }
  return withChecksum(bytes);
}

/** Places of the chunks by an index whose checksum holds. */
export function decodeShardIndex(index: Uint8Array): ChunkPlace[] {
  const view = new DataView(index.buffer, index.byteOffset, index.length);
  return Array.from({ length: (index.length - 4) / 16 }, (_, i) => {
    const offset = view.getBigUint64(16 * i, true);
    const length = view.getBigUint64(16 * i + 8, true);
    return offset === EMPTY && length === EMPTY ? undefined : { offset: Number(offset), length: Number(length) };
  });
}
