import { FormatError, PanlunaError } from "../../errors.ts";
import { checkSiblingName } from "../source/byteSource.ts";
import type { FilePool } from "./filePool.ts";
import type { WfdbHeader } from "./header.ts";
import { readHeader } from "./headerFile.ts";
import { NULL_SEGMENT, type WfdbSegmentLine } from "./segmentLine.ts";
import type { WfdbSignal } from "./signalLine.ts";
import { openStoredRecord, type StoredRecord } from "./storedRecord.ts";
import type { Piece } from "./timeline.ts";

/** Segments opened side by side. */
const AT_ONCE = 8;
/** Sentences about single segments that are passed on; the others are counted. */
const MOST_WARNINGS = 20;

/** A multi-segment record with its segments opened. */
export interface OpenedSegments {
  /** The channels of the recording: of the layout segment, or of the first segment that could be opened. */
  readonly signals: readonly WfdbSignal[];
  /** In order of time; segments without samples are left out, which makes them gaps. */
  readonly pieces: readonly Piece[];
  readonly warnings: readonly string[];
}

/**
 * Open the segments of a multi-segment header. A segment that cannot be opened becomes a gap and a warning.
 * @throws FormatError for a segment that is itself multi-segment (so a header cannot lead back to itself), for a layout
 *   segment that does not fit, and when no segment can be opened
 */
export async function openSegments(header: WfdbHeader, pool: FilePool): Promise<OpenedSegments> {
  const [head, ...rest] = header.segments!;
  const variable = head.nFrames === 0;
  const layout = variable ? await openLayout(header, head, pool) : undefined;
  const lines = variable ? rest : header.segments!;
  const { records, problems } = await openAll(header, lines, pool);
  const signals = layout?.signals ?? firstRecord(lines, records)?.header.signals;
  if (signals === undefined) throw problems[0]?.error ?? nothingStored(header);
  const warnings = problems.map(
    ({ name, error }) => `Segment ${name} cannot be read and is left out: ${error.message}`,
  );
  const places = new Map(
    [...records].map(([name, record]) => [name, placeSignals(name, record, signals, layout !== undefined, warnings)]),
  ); // once per record: a header may name it any number of times
  const pieces: Piece[] = [];
  let start = 0;
  for (const line of lines) {
    const [record, place] = [records.get(line.name), places.get(line.name)];
    if (record !== undefined && place !== undefined) pieces.push(pieceOf(line, start, record, place, warnings));
    start += line.nFrames;
  }
  if (!Number.isSafeInteger(start)) throw new FormatError({ where: header.file, what: "its segments are too long" });
  if (header.nFrames !== undefined && header.nFrames !== start) {
    warnings.push(
      `${header.file} counts ${header.nFrames} samples per signal, its segments ${start}; the segments are followed.`,
    );
  }
  return { signals, pieces, warnings: shorten(warnings) };
}

async function openLayout(header: WfdbHeader, { name }: WfdbSegmentLine, pool: FilePool): Promise<WfdbHeader> {
  const layout = await openSegmentHeader(header, name, pool);
  if (layout.nSignals === header.nSignals) return layout;
  throw new FormatError({
    where: layout.file,
    what: `the layout segment of ${header.file} has another number of signals`,
    expected: String(header.nSignals),
    got: String(layout.nSignals),
  });
}

/** A segment's header, which may not have segments of its own. */
async function openSegmentHeader(header: WfdbHeader, name: string, pool: FilePool): Promise<WfdbHeader> {
  const file = `${name}.hea`;
  checkSiblingName(header.file, file);
  const own = file === header.file ? header : await pool.use(file, readHeader);
  if (own.segments === undefined) return own;
  throw new NestedSegments({
    where: header.file,
    what: file === header.file ? "names itself as a segment" : `its segment ${name} is a multi-segment record`,
    expected: "segments that are single-segment records",
  });
}

/** The one problem of a segment that condemns the record. */
class NestedSegments extends FormatError {}

interface Problem {
  readonly name: string;
  readonly error: PanlunaError;
}

async function openAll(header: WfdbHeader, lines: readonly WfdbSegmentLine[], pool: FilePool) {
  const names = [...new Set(lines.map(({ name }) => name))].filter((name) => name !== NULL_SEGMENT);
  const records = new Map<string, StoredRecord>();
  const problems: Problem[] = [];
  for (let i = 0; i < names.length; i += AT_ONCE) {
    const batch = names.slice(i, i + AT_ONCE);
    const opened = await Promise.all(batch.map((name) => openOne(header, name, pool)));
    opened.forEach((result, j) => {
      if (result instanceof PanlunaError) problems.push({ name: batch[j], error: result });
      else records.set(batch[j], result);
    });
  }
  return { records, problems };
}

async function openOne(header: WfdbHeader, name: string, pool: FilePool): Promise<StoredRecord | PanlunaError> {
  try {
    const own = await openSegmentHeader(header, name, pool);
    checkRate(header, own);
    return await openStoredRecord(own, pool);
  } catch (error) {
    if (error instanceof PanlunaError && !(error instanceof NestedSegments)) return error;
    throw error;
  }
}

function checkRate(header: WfdbHeader, { file, frameRate }: WfdbHeader): void {
  if (frameRate === header.frameRate) return;
  throw new FormatError({
    where: file,
    what: "has another sampling rate than its record",
    expected: `${header.frameRate} Hz`,
    got: `${frameRate} Hz`,
  });
}

const firstRecord = (lines: readonly WfdbSegmentLine[], records: ReadonlyMap<string, StoredRecord>) =>
  lines.map(({ name }) => records.get(name)).find((record) => record !== undefined && record.files.length > 0);

function nothingStored({ file }: WfdbHeader): FormatError {
  return new FormatError({ where: file, what: "has no segment with samples" });
}

/** The signal that each channel has in a segment; undefined for a segment that is left out. */
function placeSignals(
  name: string,
  record: StoredRecord,
  channels: readonly WfdbSignal[],
  variable: boolean,
  warnings: string[],
): Piece["signals"] | undefined {
  warnings.push(...record.warnings);
  if (record.files.length === 0) return undefined; // a null record: format 0 throughout
  const own = record.header.signals;
  if (!variable && own.length !== channels.length) {
    warnings.push(`Segment ${name} has ${own.length} signals instead of ${channels.length} and is left out.`);
    return undefined;
  }
  const order = variable ? byDescription(name, own, channels, warnings) : channels.map((_, i) => i);
  return order.map((s, c) => (s !== undefined && fits(name, own[s], channels[c], c, warnings) ? s : undefined));
}

function pieceOf(
  { name, nFrames }: WfdbSegmentLine,
  start: number,
  record: StoredRecord,
  signals: Piece["signals"],
  warnings: string[],
): Piece {
  const counted = record.header.nFrames;
  if (counted !== undefined && counted !== nFrames) {
    warnings.push(`Segment ${name} has ${counted} samples per signal where its record counts ${nFrames}.`);
  }
  return { start, nFrames: Math.min(nFrames, record.nFrames), record, signals };
}

/** Signals of a variable-layout segment belong to the channel of the same description. */
function byDescription(
  name: string,
  own: readonly WfdbSignal[],
  channels: readonly WfdbSignal[],
  warnings: string[],
): (number | undefined)[] {
  const free = new Map<string, number[]>();
  for (const [s, { description }] of own.entries()) {
    const same = free.get(description) ?? [];
    same.push(s);
    free.set(description, same);
  }
  const order = channels.map(({ description }) => free.get(description)?.shift());
  for (const s of [...free.values()].flat())
    warnings.push(`Segment ${name}: signal ${own[s].description} is not in the layout and is left out.`);
  return order;
}

/** Whether the samples of `own` may stand in `channel`. A fixed layout goes by position, so another description is only told. */
function fits(name: string, own: WfdbSignal, channel: WfdbSignal, index: number, warnings: string[]): boolean {
  const differs = (what: string, then: string) =>
    warnings.push(
      `Segment ${name}: channel ${index} (${channel.description}) has another ${what} there; its samples are ${then}.`,
    );
  if (own.samplesPerFrame !== channel.samplesPerFrame) differs("sampling rate", "left out");
  else if (own.unit !== channel.unit) differs("unit", "left out");
  else {
    if (own.description !== channel.description && !isDefault(own, channel)) differs("description", "kept");
    return true;
  }
  return false;
}

/** "record 100s, signal 0" is what an undescribed signal is called. */
const isDefault = (...signals: readonly WfdbSignal[]): boolean =>
  signals.every(({ description }) => /^record \S+, signal \d+$/.test(description));

function shorten(warnings: readonly string[]): string[] {
  const unique = [...new Set(warnings)];
  if (unique.length <= MOST_WARNINGS) return unique;
  return [...unique.slice(0, MOST_WARNINGS), `${unique.length - MOST_WARNINGS} more sentences of this kind.`];
}
