import { FormatError, PanlunaError, SignalError } from "../../errors.ts";
import {
  type Channel,
  type Identity,
  type ReadRequest,
  type Recording,
  resolveRead,
  sampleRange,
} from "../../signal/recording.ts";
import type { FileFormat } from "../fileFormat.ts";
import { HEAD_BYTES } from "../fileFormat.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { readWfdbAnnotations, type WfdbAnnotations } from "./annotations.ts";
import { FilePool } from "./filePool.ts";
import type { WfdbHeader } from "./header.ts";
import { looksLikeHeader, readHeader } from "./headerFile.ts";
import { openSegments } from "./segments.ts";
import type { WfdbSignal } from "./signalLine.ts";
import { openStoredRecord, type StoredRecord } from "./storedRecord.ts";
import { type ChannelWindow, fillWindows, joinPieces, type Piece, type Run, segmentOf } from "./timeline.ts";

/** A WFDB recording; the files behind it stay reachable for `verifyChecksums`. */
export interface WfdbRecording extends Recording {
  readonly header: WfdbHeader;
  /** The single-segment records that hold the samples, each once. */
  readonly stored: readonly StoredRecord[];
  readonly pool: FilePool;
}

/** Whether a recording came from here, so that its checksums can be verified. */
export const isWfdbRecording = (recording: Recording): recording is WfdbRecording =>
  recording.format === "WFDB" && "stored" in recording;

/** Samples that one read may ask for (4 GiB of float64): a header can promise channels that no file has to back. */
const MAX_READ_SAMPLES = 2 ** 29;

const HEADER_EXTENSION = ".hea";
const DATA_EXTENSIONS = [".dat", ".atr"];

/** WFDB (PhysioNet). A `.dat` or `.atr` file says nothing of itself: it is taken by its name, so this format stands last in a registry. */
export const wfdbFormat: FileFormat = {
  name: "WFDB",
  extensions: [HEADER_EXTENSION, ...DATA_EXTENSIONS],
  recognise(head, name) {
    if (looksLikeHeader(head)) return true;
    const extension = extensionOf(name);
    return extension === HEADER_EXTENSION || DATA_EXTENSIONS.includes(extension);
  },
  open: (source) => openWfdb(source),
};

/**
 * Open a record by its header, or by another of its files: the header is then the one of the same name beside it.
 * Annotations come from `<record>.atr` where there is one; see `readWfdbAnnotations` for their texts.
 * Segments that follow each other without a gap become one segment of the recording; null segments, and segments that
 * cannot be opened, are gaps. A signal that a segment does not have is NaN there.
 * @throws FormatError naming the file, the line and the field
 */
export async function openWfdb(source: ByteSource): Promise<WfdbRecording> {
  const head = await source.read(0, Math.min(HEAD_BYTES, source.size));
  if (extensionOf(source.name) === HEADER_EXTENSION || looksLikeHeader(head)) return openHeader(source, source);
  const header = await source.sibling(`${stemOf(source.name)}${HEADER_EXTENSION}`);
  try {
    return await openHeader(header, source);
  } finally {
    await header.close(); // its text has been read; everything else goes through `source`
  }
}

async function openHeader(source: ByteSource, given: ByteSource): Promise<WfdbRecording> {
  const header = await readHeader(source);
  const pool = new FilePool(given);
  try {
    const opened = header.segments === undefined ? await openSingle(header, pool) : await openMulti(header, pool);
    const annotated = await findAnnotations(source.name, header, pool);
    const warnings = [...opened.warnings, ...annotated.warnings];
    return recordingOf({ ...opened, header, pool, given, warnings, annotations: annotated.annotations });
  } catch (error) {
    await pool.close();
    throw error;
  }
}

interface Opened {
  readonly signals: readonly WfdbSignal[];
  readonly pieces: readonly Piece[];
  readonly warnings: readonly string[];
}

async function openSingle(header: WfdbHeader, pool: FilePool): Promise<Opened> {
  const record = await openStoredRecord(header, pool);
  const { nFrames, warnings } = record;
  const { signals } = header;
  const empty = signals.length > 0 && (record.files.length === 0 || nFrames === 0);
  return {
    signals,
    pieces: empty ? [] : [{ start: 0, nFrames, record, signals: signals.map((_, i) => i) }],
    warnings: empty ? [...warnings, `${header.file}: the record holds no samples.`] : warnings,
  };
}

async function openMulti(header: WfdbHeader, pool: FilePool): Promise<Opened> {
  const { warnings, ...opened } = await openSegments(header, pool);
  return { ...opened, warnings: [...header.warnings, ...warnings] };
}

interface Parts extends Opened, Pick<WfdbAnnotations, "annotations"> {
  readonly header: WfdbHeader;
  readonly pool: FilePool;
  readonly given: ByteSource;
}

function recordingOf({ header, pool, given, signals, pieces, warnings, annotations }: Parts): WfdbRecording {
  const { frameRate } = header;
  const runs = joinPieces(pieces);
  const frames = runs.reduce((sum, { nFrames }) => sum + nFrames, 0);
  const recording: WfdbRecording = {
    name: header.file,
    format: "WFDB",
    header,
    pool,
    stored: [...new Set(pieces.map(({ record }) => record))],
    channels: signals.map((signal) => channelOf(signal, frameRate, frames)),
    segments: runs.map((run) => segmentOf(run, frameRate)),
    annotations,
    identity: identityOf(header),
    warnings,
    read: (request) => readRuns(recording, runs, signals, request),
    async close() {
      await pool.close();
      await given.close();
    },
  };
  return recording;
}

function channelOf({ description, unit, samplesPerFrame }: WfdbSignal, frameRate: number, frames: number): Channel {
  return { label: description.trim(), unit, sfreq: frameRate * samplesPerFrame, nTimes: frames * samplesPerFrame };
}

function identityOf({ startTime, comments }: WfdbHeader): Identity {
  return { ...(startTime === undefined ? {} : { startTime }), ...(comments.length === 0 ? {} : { notes: comments }) };
}

async function readRuns(
  recording: WfdbRecording,
  runs: readonly Run[],
  signals: readonly WfdbSignal[],
  request: ReadRequest | undefined,
): Promise<Float64Array[]> {
  const resolved = resolveRead(recording, request);
  const ranges = resolved.channels.map((channel) => sampleRange(resolved, recording.channels[channel].sfreq));
  checkLength(
    recording.name,
    ranges.reduce((sum, [start, stop]) => sum + stop - start, 0),
  );
  const windows = resolved.channels.map((channel, i): ChannelWindow => {
    const [first, stop] = ranges[i];
    const { samplesPerFrame } = signals[channel];
    return { channel, samplesPerFrame, first, out: new Float64Array(stop - first).fill(Number.NaN) };
  });
  await fillWindows(runs[resolved.segment], windows, recording.pool);
  return windows.map(({ out }) => out);
}

function checkLength(where: string, nSamples: number): void {
  if (nSamples <= MAX_READ_SAMPLES) return;
  throw new SignalError({
    where,
    what: "asked for too many samples at once",
    expected: `at most ${MAX_READ_SAMPLES}`,
    got: String(nSamples),
    todo: "Read a shorter range of time, or fewer channels",
  });
}

/** The reference annotations beside the header; none, or unreadable ones, leave the record without. */
async function findAnnotations(
  headerName: string,
  { frameRate, nSignals }: WfdbHeader,
  pool: FilePool,
): Promise<Pick<WfdbAnnotations, "annotations" | "warnings">> {
  const name = `${stemOf(headerName)}.atr`;
  try {
    return await pool.use(name, (source) => readWfdbAnnotations(source, frameRate, { nChans: nSignals }));
  } catch (error) {
    if (!(error instanceof PanlunaError)) throw error;
    return { annotations: [], warnings: error.parts.where === name ? [error.message] : [] };
  }
}

const extensionOf = (name: string): string => /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? "";

function stemOf(name: string): string {
  const stem = name.slice(0, name.length - extensionOf(name).length);
  if (stem !== "") return stem;
  throw new FormatError({ where: name, what: "has no record name", expected: "a name such as 100.hea" });
}
