import type { Identity } from "../../signal/recording.ts";

/** The header fields that tell of the person and the session, as text. */
export interface IdentityFields {
  readonly patient: string;
  readonly recording: string;
  /** dd.mm.yy */
  readonly startDate: string;
  /** hh.mm.ss */
  readonly startTime: string;
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const PATIENT_PARTS = ["patient code", "sex", "birthdate", "name"];
const RECORDING_PARTS = ["administration code", "technician", "equipment"];

/**
 * What the header says of the person and the session. EDF+ subfields become `notes`; "X" (unknown) is left out,
 * and a field of nothing but unknowns is absent.
 * @param offset start of the first data record after the header's start time, seconds (EDF+ keeps the fraction there)
 * @see https://www.edfplus.info/specs/edfplus.html section 2.1.3
 */
export function readIdentity(fields: IdentityFields, offset: number): Identity {
  const notes = [...patientNotes(fields.patient), ...recordingNotes(fields.recording)];
  const startTime = startOf(fields, offset);
  return {
    ...(saysSomething(fields.patient) ? { patient: fields.patient } : {}),
    ...(saysSomething(fields.recording.replace(/^Startdate\b/i, "")) ? { recording: fields.recording } : {}),
    ...(startTime === undefined ? {} : { startTime }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

const saysSomething = (text: string): boolean => text.split(" ").some((part) => part !== "" && part !== "X");

function patientNotes(patient: string): string[] {
  const parts = patient.split(" ").filter((part) => part !== "");
  if (!isEdfPlusPatient(patient)) return [];
  return named([...parts.slice(0, 3), parts.slice(3).join(" ")], PATIENT_PARTS);
}

/** Whether the field has the EDF+ subfields: code, sex (M, F or X), birthdate (dd-MMM-yyyy or X), name. */
export function isEdfPlusPatient(patient: string): boolean {
  const [, sex, birthdate, name] = patient.split(" ").filter((part) => part !== "");
  return name !== undefined && /^[MFX]$/.test(sex) && (birthdate === "X" || parseLongDate(birthdate) !== undefined);
}

/** Whether the field has the EDF+ subfields: "Startdate", date, administration code, technician, equipment. */
export function isEdfPlusRecording(recording: string): boolean {
  const [word, date, , , equipment] = recording.split(" ").filter((part) => part !== "");
  return word === "Startdate" && equipment !== undefined && (date === "X" || parseLongDate(date) !== undefined);
}

function recordingNotes(recording: string): string[] {
  const parts = recording.split(" ").filter((part) => part !== "");
  if (!isEdfPlusRecording(recording)) return [];
  return named([parts[2], parts[3], parts.slice(4).join(" ")], RECORDING_PARTS);
}

function named(values: readonly string[], names: readonly string[]): string[] {
  return values.flatMap((value, i) => (value === "X" ? [] : [`${names[i]}: ${value.replaceAll("_", " ")}`]));
}

type Day = readonly [year: number, month: number, day: number];

function startOf({ recording, startDate, startTime }: IdentityFields, offset: number): string | undefined {
  const stated = /^Startdate\s+(\S+)/i.exec(recording)?.[1];
  const day = (stated === undefined ? undefined : parseLongDate(stated)) ?? parseShortDate(startDate);
  const clock = /^(\d{1,2})\D(\d{1,2})\D(\d{1,2})$/.exec(startTime);
  if (day === undefined || clock === null) return undefined;
  const unknown = stated === "X" && day[0] === 1985 && day[1] === 1 && day[2] === 1; // how EDF+ writes "not known"
  if (unknown) return undefined;
  const [hour, minute, second] = clock.slice(1).map(Number);
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const start = Date.UTC(day[0], day[1] - 1, day[2], hour, minute, second) + Math.round(offset * 1000);
  if (!(Math.abs(start) < 8.64e15)) return undefined;
  return new Date(start).toISOString().replace(/(\.000)?Z$/, "");
}

/** Two-digit years are clipped at 85: 85 to 99 are 1985 to 1999, 00 to 84 are 2000 to 2084. */
function parseShortDate(text: string): Day | undefined {
  const match = /^(\d{1,2})\D(\d{1,2})\D(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const year = Number(match[3]);
  return realDay(year < 85 ? 2000 + year : 1900 + year, Number(match[2]), Number(match[1]));
}

function parseLongDate(text: string): Day | undefined {
  const match = /^(\d{1,2})-([A-Za-z]{3})-(\d{4})$/.exec(text);
  if (match === null) return undefined;
  return realDay(Number(match[3]), MONTHS.indexOf(match[2].toUpperCase()) + 1, Number(match[1]));
}

function realDay(year: number, month: number, day: number): Day | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  return month >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? [year, month, day] : undefined;
}

/** Start date and time as EDF+ writes them; 01.01.85 and "X" where not known. */
export function startFields(startTime: string | undefined): { date: string; time: string; long: string } {
  const match = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})/.exec(startTime ?? "");
  const month = MONTHS[Number(match?.[2]) - 1];
  if (match === null || month === undefined) return { date: "01.01.85", time: "00.00.00", long: "X" };
  const [, year, mm, dd, hour, minute, second] = match;
  const yy = Number(year) >= 1985 && Number(year) <= 2084 ? year.slice(2) : "yy";
  return { date: `${dd}.${mm}.${yy}`, time: `${hour}.${minute}.${second}`, long: `${dd}-${month}-${year}` };
}
