import type { Communicator } from "./communicator.ts";
import { shareOf } from "./shares.ts";

/**
 * What a communicator needs of MPI: movement of bytes, no arithmetic. Every call is collective, blocks until this rank has what it
 * needs, and throws when MPI reports an error. Counts and offsets are in bytes, one per rank.
 */
export interface Transport {
  readonly rank: number;
  readonly size: number;
  /** Send to each rank its part of `send`; receive from each rank what it has for this one (MPI_Alltoallv). */
  exchange(send: Uint8Array, to: Parts, receive: Uint8Array, from: Parts): void;
  /** Fill `bytes` with the part that each rank has in place (MPI_Allgatherv). */
  collect(bytes: Uint8Array, parts: Parts): void;
  broadcast(bytes: Uint8Array, root: number): void;
  barrier(): void;
  abort(code: number): void;
  finish(): void;
}

/** Bytes of a buffer that belong to each rank. */
export interface Parts {
  readonly counts: Int32Array;
  readonly offsets: Int32Array;
}

/** Bytes that are reduced or sent at once: bounds the extra memory, and keeps MPI's 32-bit counts in range. */
const CHUNK_BYTES = 2 ** 24;

/** Elements summed at once in float64: 16 kB, within the first-level cache. */
const BLOCK = 2048;

/**
 * A communicator whose sums do not depend on the library.
 *
 * MPI leaves the order of its sums open: Open MPI 4.1 picks another algorithm by message size, number of ranks and topology, and over
 * 3 or more ranks they give different bits. Here MPI only moves bytes. Each rank receives its share of every rank's values, adds
 * them as `((x₀ + x₁) + x₂) + …` in float64, in the order of ranks, rounds once, and hands the result to all (reduce-scatter, then
 * all-gather). A rank sends and receives `2 (N − 1) / N` times the bytes of `values`, as in a ring. Long arrays go chunk by chunk,
 * which changes no sum.
 * @param chunkBytes a multiple of 8
 */
export function communicatorOver(transport: Transport, chunkBytes = CHUNK_BYTES): Communicator {
  const { rank, size } = transport;
  let scratch = new ArrayBuffer(0);
  const sums = new Float64Array(BLOCK);

  function reduceChunk(values: Float32Array | Float64Array): void {
    const width = values.BYTES_PER_ELEMENT;
    const shares = Array.from({ length: size }, (_, r) => shareOf(values.length, { rank: r, size }));
    const own = values.subarray(shares[rank].from, shares[rank].to);
    const parts = toParts(shares.map(({ from, to }) => [from * width, (to - from) * width]));
    const received = toParts(shares.map((_, r) => [r * own.byteLength, own.byteLength]));
    if (scratch.byteLength < size * own.byteLength) scratch = new ArrayBuffer(size * own.byteLength);
    const all = bytesOf(values);
    transport.exchange(all, parts, new Uint8Array(scratch, 0, size * own.byteLength), received);
    const Type = values instanceof Float32Array ? Float32Array : Float64Array;
    addRows(new Type(scratch, 0, size * own.length), own, sums);
    transport.collect(all, parts);
  }

  return {
    rank,
    size,
    allReduceSum(values) {
      const step = chunkBytes / values.BYTES_PER_ELEMENT;
      for (let from = 0; from < values.length; from += step) reduceChunk(values.subarray(from, from + step));
    },
    broadcast(values, root) {
      const bytes = bytesOf(values);
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        transport.broadcast(bytes.subarray(from, from + chunkBytes), root);
      }
    },
    barrier: () => transport.barrier(),
    abort: (code) => transport.abort(code),
    finish: () => transport.finish(),
  };
}

/**
 * `sum[i] = ((rows[0][i] + rows[1][i]) + rows[2][i]) + …`, in float64, rounded once. Blocks keep what is added in the cache, and four
 * rows at a time halve the work of loading and storing it.
 */
function addRows<T extends Float32Array | Float64Array>(rows: T, sum: T, block: Float64Array): void {
  const length = sum.length;
  if (rows.length === 2 * length) {
    for (let i = 0; i < length; i++) sum[i] = rows[i] + rows[length + i];
    return;
  }
  for (let from = 0; from < length; from += BLOCK) {
    const n = Math.min(BLOCK, length - from);
    block.fill(-0, 0, n); // −0 + x is x, also for x = −0
    let a = from;
    for (; a + 3 * length < rows.length; a += 4 * length) {
      const [b, c, d] = [a + length, a + 2 * length, a + 3 * length];
      for (let i = 0; i < n; i++) block[i] = block[i] + rows[a + i] + rows[b + i] + rows[c + i] + rows[d + i];
    }
    for (; a < rows.length; a += length) for (let i = 0; i < n; i++) block[i] += rows[a + i];
    for (let i = 0; i < n; i++) sum[from + i] = block[i];
  }
}

function toParts(pairs: readonly (readonly [offset: number, count: number])[]): Parts {
  return {
    offsets: Int32Array.from(pairs, ([offset]) => offset),
    counts: Int32Array.from(pairs, ([, count]) => count),
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
