import type { Table } from "./table.ts";

/** What the first columns of a table are, besides signals. */
export interface TimeColumns {
  /** Column with the times, and how many of its units make a second. */
  readonly time?: { readonly column: number; readonly perSecond: number; readonly reason: string };
  /** Columns that are no signals: further times, sample counters. */
  readonly others: readonly number[];
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  secs: 1,
  second: 1,
  seconds: 1,
  ms: 1e3,
  msec: 1e3,
  millis: 1e3,
  millisecond: 1e3,
  milliseconds: 1e3,
  us: 1e6,
  µs: 1e6,
  usec: 1e6,
  micros: 1e6,
  microseconds: 1e6,
  ns: 1e9,
  nanoseconds: 1e9,
};

const words = (name: string): string[] =>
  name
    .toLowerCase()
    .split(/[^a-zµ]+/)
    .filter(Boolean);

/** Names that contain "time", or consist of words such as sec, ms, date. */
const isTimeName = (name: string): boolean =>
  words(name).some((word) => word.includes("time") || word === "date" || word === "epoch") ||
  (words(name).length > 0 && words(name).every((word) => word === "t" || Object.hasOwn(UNITS, word)));

const COUNTERS = new Set(["index", "idx", "sample", "samples", "counter", "packet", "n", "unnamed"]);
const isCounterName = (name: string): boolean =>
  name === "" || (words(name).length > 0 && words(name).every((word) => COUNTERS.has(word)));

/** Find the time column by its name, or as a first column that strictly increases in a table without names. */
export function findTimeColumns({ header, columns }: Table): TimeColumns {
  if (header === undefined) {
    const [first] = columns;
    if (columns.length < 2 || !increases(first.values)) return { others: [] };
    const perSecond = unitOf(first.values);
    if (perSecond === undefined) return { others: [0] }; // counts 1, 2, 3, …: no rate in it
    return { time: { column: 0, perSecond, reason: "the first column increases" }, others: [] };
  }
  const named = [...header.keys()].filter((c) => c < columns.length && isTimeName(header[c]));
  const counters = isCounterName(header[0]) && columns.length > 1 && increases(columns[0].values) ? [0] : [];
  const column = named.find((c) => hasNumbers(columns[c].values));
  if (column === undefined || columns.length < 2) return { others: counters };
  const others = [...new Set([...named.filter((c) => c !== column), ...counters])];
  const stated = words(header[column])
    .map((word) => UNITS[word])
    .find((unit) => unit !== undefined);
  const perSecond = stated ?? unitOf(columns[column].values);
  if (perSecond === undefined) return { others: [column, ...others] };
  return { time: { column, perSecond, reason: `the column "${header[column]}"` }, others };
}

function increases(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i] > values[i - 1])) return false;
  return values.length >= 3;
}

const hasNumbers = (values: Float64Array): boolean => values.subarray(0, 100).some(Number.isFinite);

/** Slowest and fastest rates believed of an unnamed unit, Hz. */
const SLOWEST = 2;
const FASTEST = 100_000;

/** Unit of times, from their size where they count from 1970, else the largest one that gives a plausible rate. */
function unitOf(values: Float64Array): number | undefined {
  const [first] = values;
  for (const [least, perSecond] of [
    [1e17, 1e9],
    [1e14, 1e6],
    [1e11, 1e3],
    [1e9, 1],
  ] as const) {
    // biome-ignore format: one line
    if (first > least) return perSecond;
  }
  const steps: number[] = [];
  for (let i = 1; i < Math.min(values.length, 2000); i++)
    if (values[i] > values[i - 1]) steps.push(values[i] - values[i - 1]);
  if (steps.length === 0 || steps.every((step) => step === 1)) return undefined;
  const median = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)];
  return [1, 1e3, 1e6, 1e9].find((unit) => unit / median >= SLOWEST && unit / median <= FASTEST);
}
