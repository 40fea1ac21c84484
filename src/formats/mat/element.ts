import { FormatError } from "../../errors.ts";
import type { ElementType } from "../arrays/elementType.ts";

/** Data types of elements (table 1-1 of the format description). */
export const MI = { INT8: 1, UTF8: 16, UTF16: 17, UTF32: 18, MATRIX: 14, COMPRESSED: 15 } as const;

/** Numeric storage types by number. */
export const STORAGE: Readonly<Record<number, ElementType>> = {
  1: "int8",
  2: "uint8",
  3: "int16",
  4: "uint16",
  5: "int32",
  6: "uint32",
  7: "float32",
  9: "float64",
  12: "int64",
  13: "uint64",
};

/** Bytes with the position that they have in the file (or in an inflated variable), for messages. */
export interface Scope {
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  /** File and variable. */
  readonly where: string;
}

export interface Element {
  /** One of `MI` or `STORAGE`. */
  readonly type: number;
  readonly start: number;
  readonly stop: number;
  /** Where the next element starts. */
  readonly next: number;
}

const viewOf = ({ bytes }: Scope): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/**
 * Read the tag at `at`: 8 bytes, or 4 for small elements that hold their data in the tag.
 * @throws FormatError when tag or data leave the bytes before `end`
 */
export function readTag(scope: Scope, at: number, end: number): Element {
  if (at + 8 > end) throw outside(scope, at, "a tag of 8 bytes", `${end - at} bytes`);
  const view = viewOf(scope);
  const first = view.getUint32(at, scope.littleEndian);
  const smallSize = first >>> 16;
  if (smallSize > 4) throw outside(scope, at, "at most 4 bytes in a small element", `${smallSize} bytes`);
  if (smallSize > 0) return { type: first & 0xffff, start: at + 4, stop: at + 4 + smallSize, next: at + 8 };
  const size = view.getUint32(at + 4, scope.littleEndian);
  const start = at + 8;
  if (start + size > end) throw outside(scope, at, `at most ${end - start} bytes of data`, `${size} bytes`);
  const padded = first === MI.COMPRESSED ? size : Math.ceil(size / 8) * 8;
  return { type: first, start, stop: start + size, next: Math.min(start + padded, end) };
}

export const contentOf = ({ bytes }: Scope, { start, stop }: Element): Uint8Array => bytes.subarray(start, stop);

/** 32-bit integers of an element. */
export function readInts(scope: Scope, element: Element): number[] {
  const view = viewOf(scope);
  const count = Math.floor((element.stop - element.start) / 4);
  return Array.from({ length: count }, (_, i) => view.getInt32(element.start + 4 * i, scope.littleEndian));
}

/** Names are ASCII; trailing NULs are padding. */
export const readName = (scope: Scope, element: Element): string =>
  new TextDecoder().decode(contentOf(scope, element)).replace(/\0.*$/s, "");

export const outside = ({ where }: Scope, at: number, expected: string, got: string): FormatError =>
  new FormatError({
    where,
    what: "has a damaged element",
    at: `byte ${at}`,
    expected,
    got,
    todo: "The file is truncated or damaged",
  });
