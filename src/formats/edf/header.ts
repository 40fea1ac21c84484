import { FormatError } from "../../errors.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { parseNumber, readText, readUnit } from "./field.ts";
import type { IdentityFields } from "./identity.ts";

/** One signal of the header's table. */
export interface EdfSignal {
  /** Position in the file's table. */
  readonly index: number;
  readonly label: string;
  readonly unit: string;
  readonly transducer: string;
  readonly prefilter: string;
  /** NaN where the field is not a number. */
  readonly physicalMin: number;
  readonly physicalMax: number;
  readonly digitalMin: number;
  readonly digitalMax: number;
  readonly samplesPerRecord: number;
  /** Byte offset of the signal inside each data record. */
  readonly offset: number;
  /** Holds annotations, not samples. */
  readonly isAnnotations: boolean;
}

export interface EdfHeader {
  readonly kind: "EDF" | "BDF";
  /** "C" continuous, "D" discontinuous, undefined for plain EDF and BDF. */
  readonly plus?: "C" | "D";
  readonly identity: IdentityFields;
  /** Header size that the file states; NaN where the field is not a number. */
  readonly statedBytes: number;
  /** Data records that the file states; −1 for "not known", NaN where the field is not a number. */
  readonly statedRecords: number;
  /** Seconds; 0 is allowed for files of annotations only. */
  readonly recordDuration: number;
  /** Bytes per sample. */
  readonly sampleBytes: 2 | 3;
  readonly recordBytes: number;
  readonly signals: readonly EdfSignal[];
}

const FIXED_BYTES = 256;
/** Durations of a data record that are believed, seconds; 0 is allowed too. Below, rates would pass all bounds. */
const SHORTEST_RECORD = 1e-9;
const LONGEST_RECORD = 1e9;
const SIGNAL_BYTES = 256;
/** Width of each column of the signal table; the columns follow each other, each for all signals. */
const COLUMNS = {
  label: 16,
  transducer: 80,
  unit: 8,
  physicalMin: 8,
  physicalMax: 8,
  digitalMin: 8,
  digitalMax: 8,
  prefilter: 80,
  samplesPerRecord: 8,
  reserved: 32,
} as const;

/** Size that a header of `nSignals` must have. */
export const headerBytes = (nSignals: number): number => FIXED_BYTES + nSignals * SIGNAL_BYTES;

/** "EDF" or "BDF" by the version field, undefined for anything else. */
export function readVersion(bytes: Uint8Array): "EDF" | "BDF" | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 8));
  if (text.slice(1) === "BIOSEMI" && bytes[0] === 0xff) return "BDF";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: some writers pad with NULs
  return /^0[ \u0000\t]*$/.test(text) ? "EDF" : undefined;
}

/**
 * Read the whole header; nothing is allocated before it is checked against the size of the file.
 * @throws FormatError naming the field and its byte offset
 * @see https://www.edfplus.info/specs/edf.html
 */
export async function readHeader(source: ByteSource): Promise<EdfHeader> {
  if (source.size < FIXED_BYTES) throw tooShort(source, FIXED_BYTES);
  const fixed = await source.read(0, FIXED_BYTES);
  const kind = readVersion(fixed);
  if (kind === undefined) {
    throw new FormatError({
      where: source.name,
      what: "is neither EDF nor BDF",
      at: "byte 0",
      expected: '"0" and seven blanks (EDF) or 255 and "BIOSEMI" (BDF)',
      got: JSON.stringify(readText(fixed.subarray(0, 8))),
    });
  }
  const nSignals = readNumber(source, fixed, 252, 4, "the number of signals", (n) => Number.isInteger(n) && n >= 1);
  if (source.size < headerBytes(nSignals)) throw tooShort(source, headerBytes(nSignals));
  const table = await source.read(FIXED_BYTES, nSignals * SIGNAL_BYTES);
  const sampleBytes = kind === "BDF" ? 3 : 2;
  const signals = readSignals(source, table, nSignals, sampleBytes);
  return {
    kind,
    plus: /^[EB]DF\+([CD])/.exec(readText(fixed.subarray(192, 236)))?.[1] as "C" | "D" | undefined,
    identity: {
      patient: readText(fixed.subarray(8, 88)),
      recording: readText(fixed.subarray(88, 168)),
      startDate: readText(fixed.subarray(168, 176)),
      startTime: readText(fixed.subarray(176, 184)),
    },
    statedBytes: parseNumber(readText(fixed.subarray(184, 192))),
    statedRecords: parseNumber(readText(fixed.subarray(236, 244))),
    recordDuration: readNumber(source, fixed, 244, 8, "the duration of a data record", isDuration),
    sampleBytes,
    recordBytes: signals.reduce((sum, { samplesPerRecord }) => sum + samplesPerRecord * sampleBytes, 0),
    signals,
  };
}

const isDuration = (d: number): boolean => d === 0 || (d >= SHORTEST_RECORD && d < LONGEST_RECORD);

function readSignals(source: ByteSource, table: Uint8Array, nSignals: number, sampleBytes: number): EdfSignal[] {
  const starts = columnStarts(nSignals);
  const column = (name: keyof typeof COLUMNS, i: number): Uint8Array => {
    const at = starts[name] + i * COLUMNS[name];
    return table.subarray(at, at + COLUMNS[name]);
  };
  const number = (name: keyof typeof COLUMNS, i: number): number => parseNumber(readText(column(name, i)));
  const signals: EdfSignal[] = [];
  let offset = 0;
  for (let index = 0; index < nSignals; index++) {
    const label = readText(column("label", index));
    const at = starts.samplesPerRecord + index * COLUMNS.samplesPerRecord;
    const what = `the samples per record of signal ${index} (${label})`;
    const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
    const samplesPerRecord = readNumber(source, table, at, 8, what, isCount, FIXED_BYTES);
    signals.push({
      index,
      label,
      unit: readUnit(column("unit", index)),
      transducer: readText(column("transducer", index)),
      prefilter: readText(column("prefilter", index)),
      physicalMin: number("physicalMin", index),
      physicalMax: number("physicalMax", index),
      digitalMin: number("digitalMin", index),
      digitalMax: number("digitalMax", index),
      samplesPerRecord,
      offset,
      isAnnotations: /^[EB]DF Annotations$/i.test(label),
    });
    offset += samplesPerRecord * sampleBytes;
  }
  return signals;
}

function columnStarts(nSignals: number): Record<keyof typeof COLUMNS, number> {
  let at = 0;
  const starts = Object.entries(COLUMNS).map(([name, width]) => {
    const start = at;
    at += width * nSignals;
    return [name, start];
  });
  return Object.fromEntries(starts) as Record<keyof typeof COLUMNS, number>;
}

function readNumber(
  { name }: ByteSource,
  bytes: Uint8Array,
  at: number,
  width: number,
  what: string,
  isValid: (value: number) => boolean,
  base = 0,
): number {
  const text = readText(bytes.subarray(at, at + width));
  const value = parseNumber(text);
  if (isValid(value)) return value;
  throw new FormatError({
    where: name,
    what: `the header does not give ${what}`,
    at: `byte ${base + at}`,
    expected: "a number that makes sense",
    got: JSON.stringify(text),
    todo: "The header is damaged: the samples cannot be found without it",
  });
}

function tooShort({ name, size }: ByteSource, wanted: number): FormatError {
  return new FormatError({
    where: name,
    what: "ends inside its header",
    at: `byte ${size}`,
    expected: `${wanted} bytes of header`,
    got: `${size} bytes in all`,
    todo: "The file is truncated or not an EDF or BDF file: fetch it again",
  });
}
