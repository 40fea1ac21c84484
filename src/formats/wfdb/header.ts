import { FormatError } from "../../errors.ts";
import type { HeaderLine } from "./headerLine.ts";
import { readRecordLine } from "./recordLine.ts";
import { readSegmentLine, type WfdbSegmentLine } from "./segmentLine.ts";
import { readSignalLine, type WfdbSignal } from "./signalLine.ts";

/** Most signals of one record; far above any recorder, and a bound for what a hostile header can ask for. */
export const MAX_SIGNALS = 4096;

/** Everything that a header file says. A frame is one sample of every signal, or `samplesPerFrame` of a faster one. */
export interface WfdbHeader {
  /** Name of the header file, without folder. */
  readonly file: string;
  readonly recordName: string;
  readonly nSignals: number;
  /** Frames per second (Hz). */
  readonly frameRate: number;
  /** Ticks per second of the tape or page counter; equals `frameRate` where the header has none. */
  readonly counterFrequency: number;
  /** Counter value at frame 0. */
  readonly baseCounter: number;
  /** Frames of the record; undefined where the header leaves it open (absent or 0). */
  readonly nFrames?: number;
  /** ISO 8601 without zone; the time alone ("T13:05:00") where there is no date. */
  readonly startTime?: string;
  /** Signal lines of a single-segment record; empty for a multi-segment one. */
  readonly signals: readonly WfdbSignal[];
  /** Segment lines of a multi-segment record. */
  readonly segments?: readonly WfdbSegmentLine[];
  /** Info strings and other comments, without "#". They may tell age, sex and diagnosis. */
  readonly comments: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Parse a header file; nothing else is opened.
 * @param text the whole file
 * @param file its name, for messages
 * @throws FormatError naming the line and the field
 * @see https://physionet.org/physiotools/wag/header-5.htm
 */
export function parseWfdbHeader(text: string, file: string): WfdbHeader {
  const { lines, comments } = splitLines(text);
  if (lines.length === 0) {
    throw new FormatError({
      where: file,
      what: "has no record line",
      expected: "name, number of signals, sampling rate",
    });
  }
  const record = readRecordLine(lines[0], file);
  const { nSegments, nSignals } = record;
  if (nSignals > MAX_SIGNALS) {
    throw new FormatError({
      where: file,
      what: "too many signals",
      at: `line ${lines[0].number}`,
      expected: `at most ${MAX_SIGNALS}`,
      got: String(nSignals),
    });
  }
  const wanted = nSegments ?? nSignals;
  checkCount(lines, wanted, nSegments === undefined ? "signal" : "segment", file);
  const body = lines.slice(1, 1 + wanted);
  const warnings = [...record.warnings];
  if (lines.length > 1 + wanted) {
    warnings.push(`${file}: lines after the last ${nSegments === undefined ? "signal" : "segment"} are not read.`);
  }
  return {
    ...record,
    file,
    comments,
    warnings,
    signals: nSegments === undefined ? body.map((line, i) => readSignalLine(line, i, record.recordName, file)) : [],
    segments: nSegments === undefined ? undefined : body.map((line) => readSegmentLine(line, file)),
  };
}

function splitLines(text: string): { lines: HeaderLine[]; comments: string[] } {
  const lines: HeaderLine[] = [];
  const comments: string[] = [];
  text.split(/\r\n|\n|\r/).forEach((raw, i) => {
    const line = raw.trim();
    if (line === "") return;
    if (!line.startsWith("#")) lines.push({ text: line, number: i + 1 });
    else if (line.length > 1) comments.push(line.slice(1).trim());
  });
  return { lines, comments };
}

function checkCount(lines: readonly HeaderLine[], wanted: number, kind: "signal" | "segment", file: string): void {
  if (lines.length - 1 >= wanted) return;
  throw new FormatError({
    where: file,
    what: `has too few ${kind} lines`,
    at: `line ${lines.at(-1)!.number}`,
    expected: String(wanted),
    got: String(lines.length - 1),
    todo: "The header is truncated or its record line is wrong",
  });
}
