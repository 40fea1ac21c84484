import { isRate } from "../rates.ts";
import { badField, type FieldPlace, FLOAT, wholeNumber } from "./fields.ts";
import type { HeaderLine } from "./headerLine.ts";

/** The first line of a header: the fields that hold for all signals. */
export interface RecordLine {
  readonly recordName: string;
  /** Present in a multi-segment header only. */
  readonly nSegments?: number;
  readonly nSignals: number;
  readonly frameRate: number;
  readonly counterFrequency: number;
  readonly baseCounter: number;
  readonly nFrames?: number;
  readonly startTime?: string;
  readonly warnings: readonly string[];
}

/** Hz, where the header names none (DEFFREQ of header(5)). */
const DEFAULT_RATE = 250;

const RATE_FIELD = new RegExp(`^(${FLOAT})(?:/(${FLOAT})?(?:\\((${FLOAT})\\))?)?$`);

/**
 * `name[/segments] signals [rate[/counter rate[(base counter)]] [samples [base time [base date]]]]`
 * @throws FormatError naming the field
 */
export function readRecordLine({ text, number }: HeaderLine, file: string): RecordLine {
  const place = { file, line: number };
  const [name, signals, rate, frames, time, date] = text.split(/\s+/);
  const nFrames = frames === undefined ? 0 : wholeNumber(frames, "number of samples", place);
  const start = readStart(time, date, file);
  return {
    ...readName(name, place),
    nSignals: wholeNumber(signals, "number of signals", place),
    ...readRate(rate, place),
    nFrames: nFrames === 0 ? undefined : nFrames,
    ...start,
  };
}

function readName(field: string, place: FieldPlace): Pick<RecordLine, "recordName" | "nSegments"> {
  const [recordName, segments, ...rest] = field.split("/");
  if (recordName === "" || rest.length > 0) throw badField(place, "record name", "name or name/segments", field);
  if (segments === undefined) return { recordName };
  return { recordName, nSegments: wholeNumber(segments, "number of segments", place, 1) };
}

function readRate(
  field: string | undefined,
  place: FieldPlace,
): Pick<RecordLine, "frameRate" | "counterFrequency" | "baseCounter"> {
  const [, rate, counter, base] = RATE_FIELD.exec(field ?? String(DEFAULT_RATE)) ?? [];
  const frameRate = Number(rate ?? Number.NaN);
  if (!isRate(frameRate)) throw badField(place, "sampling rate", "a positive number of Hz", field);
  const counterFrequency = Number(counter ?? 0);
  return {
    frameRate,
    counterFrequency: counterFrequency > 0 ? counterFrequency : frameRate,
    baseCounter: Number(base ?? 0),
  };
}

/** A time or date that cannot be read costs the start time, not the record; the value itself is kept out of the warning. */
function readStart(
  time: string | undefined,
  date: string | undefined,
  file: string,
): Pick<RecordLine, "startTime" | "warnings"> {
  const clock = time === undefined ? undefined : isoTime(time);
  const day = date === undefined ? undefined : isoDate(date);
  const warnings: string[] = [];
  if (time !== undefined && clock === undefined)
    warnings.push(`${file}: the base time is not HH:MM:SS and is ignored.`);
  if (day === null) warnings.push(`${file}: the base date is not DD/MM/YYYY and is ignored.`);
  if (clock === undefined) return { warnings };
  if (day) return { startTime: `${day}T${clock}`, warnings };
  // "0:0:0" without a date is how a record says that its start is not known
  return { startTime: /^[0:.]+$/.test(clock) ? undefined : `T${clock}`, warnings };
}

function isoTime(text: string): string | undefined {
  const [, hours = "0", minutes, seconds, fraction = ""] = /^(?:(\d+):)?(\d+):(\d+)(\.\d*)?$/.exec(text) ?? [];
  if (minutes === undefined || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const pair = (digits: string) => String(Number(digits)).padStart(2, "0");
  return `${pair(hours)}:${pair(minutes)}:${pair(seconds)}${fraction.length > 1 ? fraction : ""}`;
}

/** undefined for "0/0/0" (not recorded), null for what is no date. */
function isoDate(text: string): string | undefined | null {
  const [, day, month, year] = (/^(\d{1,2})\/(\d{1,2})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (day === 0 && month === 0 && year === 0) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (year === undefined || date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}
