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
 * Inflate a zlib or gzip stream.
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
  const take = (piece: Uint8Array): void => {
    total += piece.length;
    if (total > limit) throw tooMuch(where, limit);
    if (piece.length > 0) onBytes(piece);
  };
  const stream = kind === "zlib" ? new Unzlib(take) : new Gunzip(take);
  return {
    get total() {
      return total;
    },
    push(bytes, last) {
      try {
        for (let at = 0; at < bytes.length || (last && at === 0); at += PUSH_BYTES) {
          const end = Math.min(bytes.length, at + PUSH_BYTES);
          stream.push(bytes.slice(at, end), last && end === bytes.length);
          if (end === bytes.length) break;
        }
      } catch (cause) {
        throw cause instanceof FormatError ? cause : damaged(where, total, cause);
      }
    },
  };
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
