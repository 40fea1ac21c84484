import { UsageError } from "../../errors.ts";
import { type ArrayChannel, type Recording, recordingFromArrays, type Segment } from "../../signal/recording.ts";
import { exampleOf } from "../arrays/ask.ts";
import type { FileFormat, OpenOptions } from "../fileFormat.ts";
import { FASTEST, isRate, SLOWEST } from "../rates.ts";
import { empaticaHead, empaticaSensor } from "./empatica.ts";
import { looksLikeTable } from "./recognise.ts";
import { readTable, type Table } from "./table.ts";
import { onGrid, planTimeAxis } from "./timeAxis.ts";
import { findTimeColumns } from "./timeColumn.ts";

/** Seconds from 1970; ISO 8601 writes later years in another way. */
const YEAR_10000 = Date.UTC(10000, 0) / 1000;
/** Share of texts above which a column is left out. */
const MOST_TEXTS = 0.5;

/** Tables of numbers as text, one row per sample: comma, semicolon, tab or blanks; plain or gzipped. Values are held in memory. */
export const csvFormat: FileFormat = {
  name: "CSV",
  extensions: [".csv", ".tsv", ".txt", ".csv.gz", ".tsv.gz", ".txt.gz"],
  recognise: looksLikeTable,
  async open(source, options) {
    const table = await readTable(source);
    const recording = recordingOf(table, source.name, options);
    await source.close();
    return recording;
  },
};

function recordingOf(table: Table, name: string, options: OpenOptions): Recording {
  const empatica = empaticaHead(table, name);
  if (empatica === undefined) return tableRecording(table, name, options);
  const sensor = empaticaSensor(name, table.columns.length);
  const columns = table.columns.map(({ values }) => values.subarray(2));
  const labels = options.labels ?? sensor?.labels;
  const sfreq = options.sfreq ?? empatica.sfreq;
  const described = describe(name, columns, { ...options, sfreq, labels, unit: options.unit ?? sensor?.unit });
  const startTime = isoTime(empatica.start);
  return recordingFromArrays(described, {
    name,
    format: "CSV (Empatica E4)",
    identity: { startTime },
    warnings: table.warnings,
  });
}

function tableRecording(table: Table, name: string, options: OpenOptions): Recording {
  const { time, others } = findTimeColumns(table);
  const warnings = [...table.warnings];
  for (const c of others) warnings.push(`${nameOf(table.header, c)} holds times or counts samples and was left out.`);
  const signals = signalColumns(table, time === undefined ? others : [time.column, ...others], warnings);
  const given = options.labels ? undefined : table.header && signals.map((c) => splitUnit(table.header?.[c] ?? ""));
  const labels = options.labels ?? given?.map(({ label }) => label);
  const units = signals.map((c, i) => options.unit ?? given?.[i].unit ?? table.units?.[c]);
  const stated = options.sfreq ?? statedRate(table.preamble);
  const columns = signals.map((c) => table.columns[c].values);
  if (stated !== undefined || time === undefined) {
    if (stated !== undefined && time !== undefined) {
      warnings.push(...disagreement(stated, table.columns[time.column].values, time.perSecond));
    }
    const channels = describe(name, columns, { ...options, sfreq: stated, labels }, units);
    return recordingFromArrays(channels, { name, format: "CSV", warnings });
  }
  const times = table.columns[time.column].values.map((value) => value / time.perSecond);
  const axis = planTimeAxis(times, `${name}, ${time.reason}`);
  const resampled = columns.map((values) => onGrid(values, times, axis));
  const channels = describe(name, resampled, { ...options, sfreq: axis.sfreq, labels }, units);
  const segments = axis.runs.map(({ onset, nTimes }): Segment => ({ onset, duration: nTimes / axis.sfreq }));
  const start = times[axis.rows[0]];
  const identity = start > 1e8 && start < YEAR_10000 ? { startTime: isoTime(start) } : {};
  return recordingFromArrays(channels, {
    name,
    format: "CSV",
    segments,
    identity,
    warnings: [...warnings, ...axis.warnings],
  });
}

/** A sentence where a stated rate is not the one that the times show. */
function disagreement(sfreq: number, times: Float64Array, perSecond: number): string[] {
  const shown = (perSecond * (times.length - 1)) / (times[times.length - 1] - times[0]);
  if (!(Math.abs(shown / sfreq - 1) > 0.01)) return [];
  return [
    `The stated rate of ${sfreq} Hz is used although the times of the table show ${Number(shown.toPrecision(5))} Hz.`,
  ];
}

/** Columns that hold numbers and are neither times nor counters. */
function signalColumns({ columns, header, nRows }: Table, taken: readonly number[], warnings: string[]): number[] {
  return [...columns.keys()].filter((c) => {
    if (taken.includes(c)) return false;
    const { nTexts, values } = columns[c];
    if (nTexts <= MOST_TEXTS * nRows && values.some(Number.isFinite)) {
      if (nTexts > 0)
        warnings.push(`${nameOf(header, c)} has ${nTexts} of ${nRows} fields that are no numbers: they are NaN.`);
      return true;
    }
    warnings.push(`${nameOf(header, c)} holds no numbers and was left out.`);
    return false;
  });
}

const nameOf = (header: readonly string[] | undefined, c: number): string =>
  header?.[c] ? `Column "${header[c]}"` : `Column ${c + 1}`;

/** "ECG (mV)" and "ECG [mV]" name label and unit. */
function splitUnit(name: string): { label: string; unit?: string } {
  const [, label, unit] = /^(.*\S)\s*[[(]([nuµμm]?V|a\.?u\.?|bpm|uS|g|%)[\])]$/i.exec(name) ?? [];
  return label === undefined ? { label: name } : { label, unit };
}

/** "%Sample Rate = 250 Hz" and the like, in the lines above the table. */
function statedRate(preamble: readonly string[]): number | undefined {
  for (const line of preamble) {
    const found = /sampl\w*[\s_-]*(?:rate|freq\w*)[^\d\n]{0,12}(\d+(?:\.\d+)?)/i.exec(line);
    if (found !== null && Number(found[1]) > 0) return Number(found[1]);
  }
  return undefined;
}

/**
 * Columns with labels, rate, unit and scale.
 * @throws UsageError naming all that is missing, with an example
 */
function describe(
  name: string,
  columns: readonly Float64Array[],
  options: OpenOptions,
  units: readonly (string | undefined)[] = [],
): ArrayChannel[] {
  const { sfreq, labels, scale = 1 } = options;
  const nChans = columns.length;
  if (sfreq === undefined || labels === undefined || nChans === 0) throw lacking(name, nChans, options);
  if (!isRate(sfreq)) {
    throw new UsageError({
      where: name,
      what: "sampling rate cannot be used",
      expected: `Hz above 0, from ${SLOWEST} to ${FASTEST}`,
      got: String(sfreq),
    });
  }
  if (labels.length !== nChans) {
    throw new UsageError({
      where: name,
      what: "the number of labels does not fit the table",
      expected: `${nChans} labels, one per signal column (times and texts need none)`,
      got: String(labels.length),
    });
  }
  return columns.map((values, c) => ({
    label: labels[c].trim() || `Column ${c + 1}`,
    sfreq,
    unit: options.unit ?? units[c] ?? "",
    samples: scale === 1 ? values : values.map((value) => scale * value),
  }));
}

function lacking(name: string, nChans: number, { sfreq, labels }: OpenOptions): UsageError {
  if (nChans === 0) {
    return new UsageError({
      where: name,
      what: "has no column of samples",
      todo: "Open a table with one column per channel",
    });
  }
  const what = [
    ...(sfreq === undefined ? ["the sampling rate (no column of times tells it)"] : []),
    ...(labels === undefined ? ["the channel names, which place the channels (it has no header)"] : []),
  ];
  return new UsageError({
    where: name,
    what: `does not say ${what.join(" and ")}`,
    expected: [
      ...(sfreq === undefined ? ["sfreq in Hz"] : []),
      ...(labels === undefined ? [`${nChans} labels`] : []),
    ].join(" and "),
    got: `a table of ${nChans} columns`,
    todo: exampleOf(name, { sfreq: sfreq ?? 250, labels, nLabels: labels === undefined ? nChans : undefined }),
  });
}

/** ISO 8601 without zone, as identities state it; unix times are UTC. */
const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString().replace("Z", "");
