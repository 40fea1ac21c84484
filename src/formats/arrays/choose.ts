import { FormatError, UsageError } from "../../errors.ts";
import type { OpenOptions } from "../fileFormat.ts";
import { describeArray, exampleOf, listSome } from "./ask.ts";
import { type Fact, factsFor } from "./facts.ts";
import type { NamedArray } from "./namedArray.ts";

/** Samples below which an array is not taken for a signal unless it is named. */
const FEWEST_TIMES = 16;

export interface ArrayFile {
  readonly name: string;
  /** Every numeric array of the file. */
  readonly arrays: readonly NamedArray[];
  readonly facts: readonly Fact[];
}

/** Whether an array that nobody named could be a signal. */
const canBeSignal = ({ shape }: NamedArray): boolean =>
  shape.length >= 1 && shape.length <= 3 && shape.every((n) => n > 0) && Math.max(...timeAxes(shape)) >= FEWEST_TIMES;

/** The axes among which channels and times are: all but the records of a 3-D array. */
const timeAxes = (shape: readonly number[]): readonly number[] => (shape.length === 3 ? shape.slice(1) : shape);

/** Whether an array can have exactly `n` channels. */
const fitsLabels = ({ shape }: NamedArray, n: number): boolean =>
  shape.length === 1 ? n === 1 : timeAxes(shape).includes(n);

/** Names of channels that the user or the file gives for an array. */
export function labelsFor(facts: readonly Fact[], path: string): { labels: readonly string[]; fact: Fact }[] {
  return factsFor(facts, path, "labels").flatMap((fact) =>
    typeof fact.value === "object" ? [{ labels: fact.value, fact }] : [],
  );
}

/**
 * The array to open: the one named (or the only signal inside the group named), else the only one that can be a signal.
 * @throws UsageError listing the candidates when there are several or the name fits none
 * @throws FormatError when no array can be a signal
 */
export function chooseArray(file: ArrayFile, options: OpenOptions): NamedArray {
  if (file.arrays.length === 1 && options.variable === undefined) return file.arrays[0];
  const wanted = options.variable?.replace(/^\/+|\/+$/g, "");
  let pool = file.arrays;
  if (wanted !== undefined && wanted !== "") {
    const named = file.arrays.find(({ path }) => path === wanted);
    if (named !== undefined) return named;
    pool = file.arrays.filter(({ path }) => path.startsWith(`${wanted}/`));
    if (pool.length === 0) throw noSuchVariable(file, wanted);
  }
  const candidates = pool.filter(canBeSignal);
  const fitting = candidates.filter((array) => {
    const counts = options.labels
      ? [options.labels.length]
      : labelsFor(file.facts, array.path).map((l) => l.labels.length);
    return counts.some((n) => fitsLabels(array, n));
  });
  const best = fitting.length > 0 ? fitting : candidates;
  if (best.length === 1) return best[0];
  if (best.length === 0) throw noSignal(file, pool);
  throw severalSignals(file, best, options);
}

function noSuchVariable(file: ArrayFile, wanted: string): UsageError {
  return new UsageError({
    where: file.name,
    what: "has no such variable",
    expected: `one of ${listSome(file.arrays.map(describeArray))}`,
    got: wanted,
    todo: exampleOf(file.name, { variable: file.arrays.find(canBeSignal)?.path ?? file.arrays[0]?.path ?? "name" }),
  });
}

function noSignal(file: ArrayFile, pool: readonly NamedArray[]): FormatError {
  return new FormatError({
    where: file.name,
    what: "holds no array that can be a signal",
    expected: `a numeric array of 1 to 3 axes with at least ${FEWEST_TIMES} samples`,
    got: pool.length === 0 ? "no numeric array" : listSome(pool.map(describeArray)),
  });
}

function severalSignals(file: ArrayFile, found: readonly NamedArray[], options: OpenOptions): UsageError {
  const largest = found.reduce((a, b) => (sizeOf(b) > sizeOf(a) ? b : a));
  const { sfreq = 250 } = options;
  const told = factsFor(file.facts, largest.path, "sfreq").length > 0;
  const labelled = labelsFor(file.facts, largest.path).some(({ labels }) => fitsLabels(largest, labels.length));
  return new UsageError({
    where: file.name,
    what: "holds several arrays that could be the signal",
    expected: "the name of one (variable)",
    got: listSome(found.map(describeArray)),
    todo: exampleOf(file.name, {
      variable: largest.path,
      sfreq: told ? options.sfreq : sfreq,
      labels: options.labels,
      nLabels: labelled ? undefined : Math.min(...timeAxes(largest.shape)) * Number(largest.shape.length > 1) || 1,
    }),
  });
}

const sizeOf = ({ shape }: NamedArray): number => shape.reduce((product, n) => product * n, 1);
