import type { Channel, Identity } from "../../signal/recording.ts";
import { isEdfPlusPatient, isEdfPlusRecording, startFields } from "./identity.ts";
import { DIGITAL_MAX, DIGITAL_MIN, type StoredRange } from "./physicalRange.ts";

/** A signal as the header describes it. */
export interface WrittenSignal {
  readonly label: string;
  readonly transducer: string;
  readonly prefilter: string;
  readonly range: StoredRange;
  readonly samplesPerRecord: number;
}

const SPELLED: Readonly<Record<string, string>> = {
  "\u00b5": "u",
  "\u03bc": "u",
  "\u03a9": "Ohm",
  "\u2126": "Ohm",
  "\u00b0": "deg",
};

/** EDF headers are ASCII: letters lose their accents, "µ" becomes "u", "Ω" "Ohm", and what has no spelling "_". */
export function asciiText(text: string, width: number): string {
  const spelled = Array.from(text, (character) => SPELLED[character] ?? character).join("");
  const plain = spelled.normalize("NFKD").replace(/\p{M}/gu, "");
  return plain
    .replace(/[^\x20-\x7e]/gu, "_")
    .slice(0, width)
    .trim();
}

/** Labels in ASCII, at most 16 characters; labels that differ still differ afterwards. */
export function writtenLabels(channels: readonly Pick<Channel, "label">[]): string[] {
  const taken = new Map<string, string>();
  return channels.map(({ label }) => {
    let written = asciiText(label, 16);
    if (/^[EB]DF Annotations$/i.test(written)) written = `${written}_`;
    for (let n = 2; (taken.get(written) ?? label) !== label; n++) {
      const suffix = `~${n}`;
      written = asciiText(label, 16 - suffix.length) + suffix;
    }
    taken.set(written, label);
    return written;
  });
}

/** The 80-character fields and the start, from `identity`, or as EDF+ writes them for nobody at no known time. */
export interface PersonFields {
  readonly patient: string;
  readonly recording: string;
  readonly date: string;
  readonly time: string;
}

/** @param start local time of the first record, ISO 8601, where it is to be written */
export function personFields(identity: Identity | undefined, start: string | undefined): PersonFields {
  const { date, time, long } = startFields(start);
  const one = (text: string): string => text.trim().replace(/\s+/g, "_"); // blanks separate subfields
  const { patient = "", recording = "" } = identity ?? {};
  const unknown = `Startdate ${long} X X ${one(recording) || "X"}`;
  return {
    patient: isEdfPlusPatient(patient) ? patient : `X X X ${one(patient) || "X"}`,
    recording: isEdfPlusRecording(recording) ? recording.replace(/^Startdate\s+\S+/, `Startdate ${long}`) : unknown,
    date,
    time,
  };
}

/**
 * The bytes of an EDF+ header; the annotation signal comes last.
 * @see https://www.edfplus.info/specs/edfplus.html section 2.1
 */
export function encodeHeader(
  kind: "EDF+C" | "EDF+D",
  person: PersonFields,
  signals: readonly WrittenSignal[],
  annotationSamples: number,
  nRecords: number,
  duration: string,
): Uint8Array {
  const all = signals.length + 1;
  const column = (width: number, of: (signal: WrittenSignal) => string | number, ofAnnotations: string | number) =>
    [...signals.map(of), ofAnnotations].map((value) => field(value, width)).join("");
  const text = [
    field(0, 8),
    field(person.patient, 80),
    field(person.recording, 80),
    field(person.date, 8),
    field(person.time, 8),
    field(256 * (1 + all), 8),
    field(kind, 44),
    field(nRecords, 8),
    field(duration, 8),
    field(all, 4),
    column(16, ({ label }) => label, "EDF Annotations"),
    column(80, ({ transducer }) => transducer, ""),
    column(8, ({ range }) => range.unit, ""),
    column(8, ({ range }) => range.lowText, -1),
    column(8, ({ range }) => range.highText, 1),
    column(8, () => DIGITAL_MIN, DIGITAL_MIN),
    column(8, () => DIGITAL_MAX, DIGITAL_MAX),
    column(80, ({ prefilter }) => prefilter, ""),
    column(8, ({ samplesPerRecord }) => samplesPerRecord, annotationSamples),
    column(32, () => "", ""),
  ].join("");
  return new TextEncoder().encode(text);
}

const field = (value: string | number, width: number): string => asciiText(String(value), width).padEnd(width);
