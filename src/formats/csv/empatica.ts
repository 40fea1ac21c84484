import { FormatError } from "../../errors.ts";
import type { Table } from "./table.ts";

/** The two rows that an Empatica E4 puts above its samples. */
export interface EmpaticaHead {
  /** Unix time of the first sample, s. */
  readonly start: number;
  readonly sfreq: number;
}

/** Sensors by the name of their file, with the unit of the samples. */
const SENSORS: Readonly<Record<string, { readonly labels: readonly string[]; readonly unit: string }>> = {
  BVP: { labels: ["BVP"], unit: "" },
  HR: { labels: ["HR"], unit: "bpm" },
  EDA: { labels: ["EDA"], unit: "uS" },
  TEMP: { labels: ["TEMP"], unit: "degC" },
  ACC: { labels: ["ACC_X", "ACC_Y", "ACC_Z"], unit: "g/64" },
};

/** Times between 2001 and 2096, which no physiological sample reaches. */
const isUnixTime = (value: number): boolean => value > 1e9 && value < 4e9;

/**
 * Recognise the E4 layout by its content: a start time in all columns, below it the same rate in all columns, then samples.
 * @throws FormatError for IBI files, which hold intervals and no sampled signal
 */
export function empaticaHead({ header, columns, nRows }: Table, name: string): EmpaticaHead | undefined {
  if (header !== undefined) {
    const isIbi = header.length === 2 && isUnixTime(Number(header[0])) && header[1] === "IBI";
    if (!isIbi) return undefined;
    throw new FormatError({
      where: name,
      what: "lists intervals between heart beats, not a sampled signal",
      todo: "Open BVP.csv of the same recording",
    });
  }
  const [start, sfreq] = columns[0].values;
  if (nRows < 3 || !isUnixTime(start) || !(sfreq > 0 && sfreq <= 4096)) return undefined;
  const alike = columns.every(({ values }) => values[0] === start && values[1] === sfreq && !isUnixTime(values[2]));
  return alike ? { start, sfreq } : undefined;
}

/** Labels and unit by the file name (`BVP.csv`, `S01_ACC.csv.gz`); undefined for other names. */
export function empaticaSensor(name: string, nColumns: number): (typeof SENSORS)[string] | undefined {
  const kind = /(?:^|[^A-Za-z])(BVP|HR|EDA|TEMP|ACC)(?:[^A-Za-z]|$)/.exec(name)?.[1];
  const sensor = kind === undefined ? undefined : SENSORS[kind];
  return sensor?.labels.length === nColumns ? sensor : undefined;
}
