import { FormatError } from "../../errors.ts";
import { adler32, boundedInflater, inflationLimit } from "../arrays/boundedInflate.ts";
import { contentOf, type Element, MI, readTag, type Scope } from "./element.ts";
import { readMatrix } from "./matrix.ts";
import type { MatFile, MatValue } from "./value.ts";

/** Text, version and endian mark. */
export const HEADER_BYTES = 128;

/** "IM" and 0x0100 (little-endian), or "MI" and the same big-endian; v7.3, which is HDF5, says 0x0200. */
export function mat5Endian(head: Uint8Array): "little" | "big" | undefined {
  if (head.length < HEADER_BYTES) return undefined;
  const [a, b, c, d] = head.subarray(124, 128);
  if (a === 0 && b === 1 && c === 0x49 && d === 0x4d) return "little";
  if (a === 1 && b === 0 && c === 0x4d && d === 0x49) return "big";
  return undefined;
}

/**
 * Read all variables of a MAT v5 file (MATLAB's v6 and v7).
 * Compressed variables together may inflate to 64 MiB plus 100 times the file's size; a variable that cannot be read
 * is left out with a warning, unless none can.
 */
export function readMat5(bytes: Uint8Array, name: string): MatFile {
  const littleEndian = mat5Endian(bytes) === "little";
  const scope: Scope = { bytes, littleEndian, where: name };
  const variables = new Map<string, MatValue>();
  const warnings: string[] = [];
  let first: FormatError | undefined;
  const keep = (error: unknown): void => {
    if (!(error instanceof FormatError)) throw error;
    first ??= error;
    warnings.push(`A variable was not read: ${error.message}.`);
  };
  let budget = inflationLimit(bytes.length);
  for (let at = HEADER_BYTES; at < bytes.length; ) {
    let tag: Element;
    try {
      tag = readTag(scope, at, bytes.length);
    } catch (error) {
      keep(error);
      break; // where the next variable starts is not known
    }
    try {
      const inner = tag.type === MI.COMPRESSED ? inflate(scope, tag, budget) : { scope, tag };
      budget -= tag.type === MI.COMPRESSED ? inner.scope.bytes.length : 0;
      if (inner.tag.type === MI.MATRIX) {
        const { name: variable, value } = readMatrix(inner.scope, inner.tag);
        if (variable !== "") variables.set(variable, value); // nameless: MATLAB's own bookkeeping
      }
    } catch (error) {
      keep(error);
    }
    at = tag.next;
  }
  if (variables.size === 0 && first !== undefined) throw first;
  return { version: "v5", variables, warnings };
}

/** No deflated data become more than 1,032 times as long. @see https://zlib.net/zlib_tech.html */
const MOST_RATIO = 1032;

/** Inflate a variable into a buffer of exactly the size that its own tag declares; the Adler-32 checksum must hold. */
function inflate({ bytes, littleEndian, where }: Scope, tag: Element, budget: number): { scope: Scope; tag: Element } {
  const compressed = contentOf({ bytes, littleEndian, where }, tag);
  const at = `byte ${tag.start}`;
  const head = new Uint8Array(8);
  const most = Math.min(budget, MOST_RATIO * compressed.length);
  let out: Uint8Array | undefined;
  let filled = 0;
  const inflater = boundedInflater("zlib", where, budget, (piece) => {
    if (out === undefined) {
      head.set(piece.subarray(0, 8 - filled), filled);
      if (filled + piece.length >= 8) out = allocate(head, littleEndian, most, where, at);
      else {
        filled += piece.length;
        return;
      }
      out.set(head.subarray(0, filled));
    }
    if (filled + piece.length > out.length) throw wrongSize(where, at, out.length, filled + piece.length);
    out.set(piece, filled);
    filled += piece.length;
  });
  inflater.push(compressed, true);
  if (out === undefined || filled !== out.length) throw wrongSize(where, at, out?.length ?? 8, filled);
  checkSum(out, compressed, where, at);
  const scope = { bytes: out, littleEndian, where };
  return { scope, tag: readTag(scope, 0, out.length) };
}

/** The buffer for a variable whose tag is `head`, if the size that it declares is within the budget. */
function allocate(head: Uint8Array, littleEndian: boolean, budget: number, where: string, at: string): Uint8Array {
  const size = 8 + new DataView(head.buffer).getUint32(4, littleEndian);
  if (size <= budget) return new Uint8Array(size);
  throw new FormatError({
    where,
    what: "declares a variable larger than is accepted",
    at,
    expected: `at most ${Math.max(0, budget)} bytes`,
    got: `${size} bytes`,
    todo: "Save it uncompressed (save -v6) if it is what it claims to be",
  });
}

function checkSum(out: Uint8Array, compressed: Uint8Array, where: string, at: string): void {
  const tail = compressed.subarray(-4);
  const stated = new DataView(tail.buffer, tail.byteOffset, 4).getUint32(0, false);
  const found = adler32(out);
  if (stated === found) return;
  throw new FormatError({
    where,
    what: "has damaged compressed data",
    at,
    expected: `checksum ${stated.toString(16)}`,
    got: found.toString(16),
    todo: "Fetch the file again",
  });
}

const wrongSize = (where: string, at: string, expected: number, got: number): FormatError =>
  new FormatError({
    where,
    what: "holds a compressed variable of another size than it declares",
    at,
    expected: `${expected} bytes`,
    got: `${got} bytes`,
  });
