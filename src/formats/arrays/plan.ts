import { FormatError, UsageError } from "../../errors.ts";
import type { OpenOptions } from "../fileFormat.ts";
import { FASTEST, isRate, SLOWEST } from "../rates.ts";
import { describeArray, exampleOf } from "./ask.ts";
import { type ArrayFile, labelsFor } from "./choose.ts";
import { type FactKind, factsFor, spell } from "./facts.ts";
import { findLayout, type Layout } from "./layout.ts";
import type { NamedArray } from "./namedArray.ts";

/** Most records opened as segments: HDF5 files may declare far more than they hold. */
const MOST_RECORDS = 1_000_000;

/** How an array becomes channels. */
export interface SignalPlan {
  readonly array: NamedArray;
  readonly sfreq: number;
  readonly labels: readonly string[];
  readonly unit: string;
  readonly scale: number;
  readonly layout: Layout;
  /** Samples of one record. */
  readonly nTimes: number;
  /** Records to open, each a segment; undefined for arrays without records. */
  readonly records?: readonly number[];
  /** Where each value came from that the user did not give. */
  readonly notes: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/**
 * Decide layout, rate, labels, unit and scale: from the options, else from what the file says.
 * @throws UsageError naming everything that is missing at once, with an example
 * @throws FormatError for arrays that cannot hold signals
 */
export function planSignal(file: ArrayFile, array: NamedArray, options: OpenOptions): SignalPlan {
  checkShape(file, array);
  const notes: Record<string, string> = { variable: array.path };
  const records = planRecords(file, array, options);
  const shape = records === undefined ? array.shape : array.shape.slice(1);
  const told = labelsFor(file.facts, array.path);
  const fitting = told.find(({ labels }) => (shape.length === 1 ? labels.length === 1 : shape.includes(labels.length)));
  const known = options.labels ?? fitting?.labels;
  const found =
    shape.length === 1
      ? { layout: "times-first" as const }
      : findLayout(shape, { layout: options.layout, nLabels: known?.length });
  const nChans = channelsOf(shape, found?.layout);
  const sfreq = options.sfreq ?? factNumber(file, array, "sfreq", notes);
  const labels = options.labels ?? (fitting?.labels.length === nChans ? fitting?.labels : undefined);
  if (found === undefined || sfreq === undefined || labels === undefined) {
    throw missing(file, array, { ambiguous: found === undefined, sfreq, labels, nChans, shape }, options);
  }
  checkSfreq(file, sfreq);
  checkLabels(file, array, labels, nChans);
  if (options.labels === undefined && fitting) notes.labels = `from ${spell(fitting.fact)}`;
  if (found.reason !== undefined) notes.layout = `${found.layout}, ${found.reason}`;
  const warnings = told.length > 0 && fitting === undefined ? [unfitting(told[0].labels.length, array)] : [];
  const scale = options.scale ?? factNumber(file, array, "scale", notes, warnings) ?? 1;
  const unit = options.unit ?? factUnit(file, array, notes);
  const nTimes = shape.length === 1 || found.layout === "times-first" ? shape[0] : shape[1];
  return { array, sfreq, labels, unit, scale, layout: found.layout, nTimes, records, notes, warnings };
}

const channelsOf = (shape: readonly number[], layout?: Layout): number | undefined =>
  shape.length === 1 ? 1 : layout === undefined ? undefined : layout === "channels-first" ? shape[0] : shape[1];

const unfitting = (n: number, array: NamedArray): string =>
  `The file names ${n} channels, which fits no axis of ${describeArray(array)}: its names were not used.`;

function checkShape({ name }: ArrayFile, array: NamedArray): void {
  const { shape } = array;
  if (shape.length >= 1 && shape.length <= 3 && shape.every((n) => n > 0)) return;
  throw new FormatError({
    where: name,
    what: `${array.path} cannot be a signal`,
    expected: "1 axis (times), 2 (channels and times) or 3 (records, channels and times), none of them empty",
    got: describeArray(array),
  });
}

function planRecords({ name }: ArrayFile, array: NamedArray, { records }: OpenOptions): number[] | undefined {
  const [count] = array.shape;
  if (array.shape.length < 3) {
    if (records === undefined) return undefined;
    throw new UsageError({
      where: name,
      what: "records were chosen from an array that has none",
      expected: "an array of 3 axes [records, …]",
      got: describeArray(array),
      todo: "Leave out records",
    });
  }
  if ((records?.length ?? count) > MOST_RECORDS) {
    throw new FormatError({
      where: name,
      what: `has too many records in ${array.path}`,
      expected: `at most ${MOST_RECORDS}`,
      got: String(records?.length ?? count),
      todo: "Choose some: --records 0,1,2 ({ records: [0, 1, 2] })",
    });
  }
  const chosen = records ?? Array.from({ length: count }, (_, i) => i);
  const wrong = chosen.find((r) => !Number.isInteger(r) || r < 0 || r >= count);
  if (wrong === undefined && chosen.length > 0) return [...chosen];
  throw new UsageError({
    where: name,
    what: `has no such record of ${array.path}`,
    expected: `0 to ${count - 1}`,
    got: wrong === undefined ? "an empty list" : String(wrong),
  });
}

/** A positive number that the file states, noting where. Texts are passed on as a warning, never guessed at. */
function factNumber(
  file: ArrayFile,
  { path }: NamedArray,
  kind: FactKind,
  notes: Record<string, string>,
  warnings: string[] = [],
): number | undefined {
  for (const fact of factsFor(file.facts, path, kind)) {
    const value = typeof fact.value === "string" ? Number(fact.value || Number.NaN) : fact.value;
    if (typeof value === "number" && Number.isFinite(value) && value > 0) {
      notes[kind] = `${value} from ${spell(fact)}`;
      return value;
    }
    if (typeof fact.value === "string") {
      warnings.push(
        `The ${kind} stated by ${spell(fact)} is no number and was not used: "${fact.value.slice(0, 120)}".`,
      );
    }
  }
  return undefined;
}

function factUnit(file: ArrayFile, { path }: NamedArray, notes: Record<string, string>): string {
  for (const fact of factsFor(file.facts, path, "unit")) {
    const units = typeof fact.value === "object" ? [...new Set(fact.value)] : [fact.value];
    if (units.length === 1 && typeof units[0] === "string") {
      notes.unit = `from ${spell(fact)}`;
      return units[0].trim();
    }
  }
  return "";
}

function checkSfreq({ name }: ArrayFile, sfreq: number): void {
  if (isRate(sfreq)) return;
  throw new UsageError({
    where: name,
    what: "sampling rate cannot be used",
    expected: `Hz above 0, from ${SLOWEST} to ${FASTEST}`,
    got: String(sfreq),
  });
}

function checkLabels({ name }: ArrayFile, array: NamedArray, labels: readonly string[], nChans = 0): void {
  if (labels.length === nChans) return;
  const [first, ...others] = array.shape;
  const recordsLast = array.shape.length === 3 && first === labels.length && !others.includes(labels.length);
  throw new UsageError({
    where: name,
    what: `the number of labels does not fit ${describeArray(array)}`,
    expected: `${nChans} labels, one per channel`,
    got: String(labels.length),
    todo: recordsLast
      ? "Records must be the first axis: store the array as [records, channels, times]"
      : 'If the other axis is the channels, say so: --layout channels-first or times-first ({ layout: "channels-first" })',
  });
}

interface Lacking {
  readonly ambiguous: boolean;
  readonly sfreq?: number;
  readonly labels?: readonly string[];
  readonly nChans?: number;
  readonly shape: readonly number[];
}

/** One error for all that is missing, so that the user is asked once. */
function missing(file: ArrayFile, array: NamedArray, lacking: Lacking, options: OpenOptions): UsageError {
  const { ambiguous, sfreq, labels, nChans, shape } = lacking;
  const what: string[] = [];
  if (ambiguous) what.push("which axis is the channels");
  if (sfreq === undefined) what.push("the sampling rate");
  if (labels === undefined) what.push("the channel names, which place the channels");
  const example = exampleOf(file.name, {
    variable: file.arrays.length > 1 ? array.path : undefined,
    layout: ambiguous ? "channels-first" : options.layout,
    sfreq: options.sfreq ?? (sfreq === undefined ? 250 : undefined),
    labels: options.labels,
    nLabels: labels === undefined ? (nChans ?? 0) : undefined,
  });
  const either = ambiguous
    ? `. Say channels-first if its ${shape[0]} rows are channels, times-first if its ${shape[1]} columns are`
    : "";
  return new UsageError({
    where: file.name,
    what: `does not say ${what.join(", ")}`,
    expected: describeExpected(lacking),
    got: describeArray(array),
    todo: example + either,
  });
}

function describeExpected({ ambiguous, sfreq, labels, nChans }: Lacking): string {
  const parts: string[] = [];
  if (ambiguous) parts.push("layout (channels-first or times-first)");
  if (sfreq === undefined) parts.push("sfreq in Hz");
  if (labels === undefined) parts.push(nChans === undefined ? "labels" : `${nChans} labels`);
  return parts.join(" and ");
}
