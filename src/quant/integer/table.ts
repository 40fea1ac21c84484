import { clip8, clip16 } from "./requantize.ts";

/** Scales of a map's operand and result. */
export interface TableScales {
  readonly from: number;
  readonly to: number;
}

/** Entries of a table: one for every value of `i8`. */
const ENTRIES = 255;

/** `clip8(round(f(x · from) / to))` of x = −127 … 127. For the compiler: it computes in floating point. */
export function table8(f: (x: number) => number, scales: TableScales): Int8Array {
  return Int8Array.from({ length: ENTRIES }, (_, i) => clip8(entry(f, scales, i)));
}

/** `clip16(round(f(x · from) / to))` of x = −127 … 127. For the compiler: it computes in floating point. */
export function table16(f: (x: number) => number, scales: TableScales): Int16Array {
  return Int16Array.from({ length: ENTRIES }, (_, i) => clip16(entry(f, scales, i)));
}

const entry = (f: (x: number) => number, { from, to }: TableScales, i: number): number =>
  Math.round(f((i - 127) * from) / to);

/** `y = table[x + 127]`. @param table 255 entries */
export function lookUp<Table extends Int8Array | Int16Array>(x: Int8Array, table: Table): Table {
  const y = (table instanceof Int8Array ? new Int8Array(x.length) : new Int16Array(x.length)) as Table;
  for (let i = 0; i < x.length; i++) y[i] = table[x[i] + 127];
  return y;
}
