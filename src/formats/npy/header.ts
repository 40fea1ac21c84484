import { FormatError } from "../../errors.ts";
import { type ElementType, elementBytes } from "../arrays/elementType.ts";
import type { ElementOrder } from "../arrays/namedArray.ts";

/** Longest header accepted, bytes; NumPy itself warns above 10,000. */
const HEADER_LIMIT = 2 ** 20;
/** Axes that NumPy allows. */
const MOST_AXES = 64;
/** Bytes of magic, version and the longest length field. */
export const PREFIX_BYTES = 12;

export interface NpyHeader {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  readonly shape: readonly number[];
  readonly order: ElementOrder;
  /** Byte offset of the first element. */
  readonly dataStart: number;
}

export const isNpy = (head: Uint8Array): boolean =>
  head.length >= 6 && [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59].every((byte, i) => head[i] === byte); // \x93NUMPY

/**
 * Where the header text ends, from the first bytes of the file.
 * @throws FormatError for another magic, an unknown version or a length outside the file
 */
export function npyDataStart(first: Uint8Array, size: number, where: string): number {
  if (!isNpy(first) || first.length < PREFIX_BYTES) {
    throw new FormatError({
      where,
      what: "is not an NPY file",
      expected: "\\x93NUMPY",
      got: `${size} bytes without it`,
    });
  }
  const major = first[6];
  const view = new DataView(first.buffer, first.byteOffset, first.length);
  if (major < 1 || major > 3) {
    throw new FormatError({ where, what: "has an unknown NPY version", expected: "1, 2 or 3", got: String(major) });
  }
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const start = (major === 1 ? 10 : 12) + length;
  if (length <= HEADER_LIMIT && start <= size) return start;
  throw new FormatError({
    where,
    what: "has an impossible header length",
    at: "byte 8",
    expected: `at most ${Math.min(HEADER_LIMIT, size)} bytes`,
    got: `${length} bytes`,
  });
}

/**
 * Parse the header and check that the elements fill the file.
 * @param bytes the file up to `npyDataStart`
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpyHeader(bytes: Uint8Array, size: number, where: string): NpyHeader {
  const text = new TextDecoder(bytes[6] === 3 ? "utf-8" : "latin1").decode(bytes.subarray(bytes[6] === 1 ? 10 : 12));
  const descr = /'descr'\s*:\s*('[^']*'|\[)/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d,\sL]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new FormatError({
      where,
      what: "has an unreadable header",
      expected: "{'descr': …, 'fortran_order': …, 'shape': (…)}",
      got: JSON.stringify(text.slice(0, 80)),
    });
  }
  const { type, littleEndian } = readDescr(descr, where);
  const counts = (shape.match(/\d+/g) ?? []).map(Number);
  if (counts.length > MOST_AXES) {
    throw new FormatError({
      where,
      what: "has too many axes",
      expected: `at most ${MOST_AXES}`,
      got: `${counts.length}`,
    });
  }
  const header: NpyHeader = {
    type,
    littleEndian,
    shape: counts,
    order: order === "True" ? "column-major" : "row-major",
    dataStart: bytes.length,
  };
  checkSize(header, size, where);
  return header;
}

const KINDS: Readonly<Record<string, ElementType>> = {
  f8: "float64",
  f4: "float32",
  f2: "float16",
  i8: "int64",
  u8: "uint64",
  i4: "int32",
  u4: "uint32",
  i2: "int16",
  u2: "uint16",
  i1: "int8",
  u1: "uint8",
  b1: "bool",
};

/** Other kinds, in words. */
const REFUSED: Readonly<Record<string, string>> = {
  c: "complex numbers",
  f: "extended floats",
  S: "byte strings",
  U: "texts",
  O: "Python objects",
  M: "dates",
  m: "time spans",
  V: "raw records",
};

function readDescr(descr: string, where: string): Pick<NpyHeader, "type" | "littleEndian"> {
  const [, endian = "", code = ""] = /^'([<>|=]?)(\w+)'$/.exec(descr) ?? [];
  if (Object.hasOwn(KINDS, code)) return { type: KINDS[code], littleEndian: endian !== ">" };
  throw new FormatError({
    where,
    what: `holds ${descr === "[" ? "a table with named fields" : (REFUSED[code[0]] ?? "unknown elements")}`,
    expected: "real numbers (float16 to float64, integers, bool)",
    got: descr === "[" ? "a structured dtype" : descr,
    todo: "Save the real-valued samples, for example with numpy.save(name, array.astype('float32'))",
  });
}

function checkSize({ shape, type, dataStart }: NpyHeader, size: number, where: string): void {
  const bytes = shape.reduce((product, n) => product * n, elementBytes(type));
  if (dataStart + bytes === size) return;
  throw new FormatError({
    where,
    what: dataStart + bytes > size ? "is truncated" : "has bytes behind its elements",
    expected: `${dataStart + bytes} bytes for ${type} [${shape.join(", ")}]`,
    got: `${size} bytes`,
  });
}
