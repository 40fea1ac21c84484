import { Gunzip, Unzlib } from "fflate";
import { FormatError } from "../../errors.ts";

/** What a small file may inflate to in any case, bytes. */
const FREE_BYTES = 64 * 2 ** 20;
/** How many times its size a file may inflate to on top of that; recordings compress 2 to 20 times. */
const MOST_TIMES = 100;
/** Compressed bytes handed over at once: at most 1,032 times as many come back before the limit is checked. */
const PUSH_BYTES = 16 * 2 ** 10;

/** Bytes that `compressed` bytes may inflate to: 64 MiB plus 100 times their size. */
export const inflationLimit = (compressed: number): number => FREE_BYTES + MOST_TIMES * compressed;

/** Hands inflated bytes on piece by piece and stops at the limit. */
export interface Inflater {
  /** @throws FormatError for damaged data, or when the limit is passed */
  push(bytes: Uint8Array, last: boolean): void;
  /** Bytes inflated so far. */
  readonly total: number;
}

/**
 * Inflate a zlib or gzip stream. Of gzip the checksum and length at the file's end must hold; of zlib the caller checks them
 * (`adler32`), since it has the data in one piece.
 * @param limit inflated bytes accepted, for example `inflationLimit(size of the file)`
 * @param onBytes called with each inflated piece; it owns it
 */
export function boundedInflater(
  kind: "zlib" | "gzip",
  where: string,
  limit: number,
  onBytes: (bytes: Uint8Array) => void,
): Inflater {
  let total = 0;
  const trailer = new GzipTrailer();
  const take = (piece: Uint8Array): void => {
    total += piece.length;
    if (total > limit) throw tooMuch(where, limit);
    if (piece.length === 0) return;
    if (kind === "gzip") trailer.take(piece);
    onBytes(piece);
  };
  const stream = kind === "zlib" ? new Unzlib(take) : new Gunzip(take);
  if (stream instanceof Gunzip) stream.onmember = () => trailer.restart();
  return {
    get total() {
      return total;
    },
    push(bytes, last) {
      try {
        for (let at = 0; ; at += PUSH_BYTES) {
          const end = Math.min(bytes.length, at + PUSH_BYTES);
          stream.push(bytes.slice(at, end), last && end === bytes.length);
          if (end === bytes.length) break;
        }
        trailer.keep(bytes);
        if (last && kind === "gzip") trailer.check();
      } catch (cause) {
        throw cause instanceof FormatError ? cause : damaged(where, total, cause);
      }
    },
  };
}

/** CRC-32 and length (modulo 2^32) of the last member of a gzip file, compared with its last 8 bytes. */
class GzipTrailer {
  private crc = 0;
  private length = 0;
  private tail = new Uint8Array(0);

  take(piece: Uint8Array): void {
    this.crc = crc32(piece, this.crc);
    this.length += piece.length;
  }

  restart(): void {
    this.crc = 0;
    this.length = 0;
  }

  keep(bytes: Uint8Array): void {
    this.tail = Uint8Array.of(...this.tail, ...bytes.subarray(-8)).slice(-8);
  }

  check(): void {
    if (this.tail.length < 8) throw new Error("unexpected end");
    const view = new DataView(this.tail.buffer);
    if (view.getUint32(4, true) !== this.length % 2 ** 32) throw new Error("unexpected end, or wrong length");
    if (view.getUint32(0, true) !== this.crc) throw new Error("wrong checksum");
  }
}

const tooMuch = (where: string, limit: number): FormatError =>
  new FormatError({
    where,
    what: "inflates to more than is accepted",
    expected: `at most ${limit} bytes`,
    got: "more",
    todo: "Unpack the file first if it is what it claims to be",
  });

const damaged = (where: string, total: number, cause: unknown): FormatError =>
  new FormatError({
    where,
    what: "has damaged compressed data",
    at: `inflated byte ${total}`,
    got: cause instanceof Error ? cause.message : String(cause),
    todo: "The file is truncated or damaged: fetch it again",
    cause,
  });

/** Adler-32 checksum, continued from `sum`. @see RFC 1950, section 9 */
export function adler32(bytes: Uint8Array, sum = 1): number {
  let [low, high] = [sum & 0xffff, sum >>> 16];
  for (let at = 0; at < bytes.length; ) {
    const stop = Math.min(bytes.length, at + 3800); // so many sums stay below 2^32
    for (; at < stop; at++) {
      low += bytes[at];
      high += low;
    }
    low %= 65521;
    high %= 65521;
  }
  return ((high << 16) | low) >>> 0;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** CRC-32, continued from `sum`. @see RFC 1952, section 8 */
export function crc32(bytes: Uint8Array, sum = 0): number {
  let value = ~sum;
  for (let at = 0; at < bytes.length; at++) value = CRC_TABLE[(value ^ bytes[at]) & 0xff] ^ (value >>> 8);
  return ~value >>> 0;
}
