import type { Annotation, Segment } from "../../signal/recording.ts";
import type { ByteSource } from "../source/byteSource.ts";
import type { EdfHeader, EdfSignal } from "./header.ts";
import type { EdfLayout } from "./layout.ts";
import { eachBlock, WHOLE_RECORD_BYTES } from "./samples.ts";
import { parseTals, type Tal } from "./tal.ts";

/** A segment and the data records that hold it. */
export interface RecordSpan extends Segment {
  readonly firstRecord: number;
  readonly nRecords: number;
}

export interface Scan {
  readonly annotations: Annotation[];
  readonly spans: RecordSpan[];
  /** Start of the first data record after the header's start time, seconds. */
  readonly startOffset: number;
}

/** A header can demand any number of these from a large file; memory is kept bounded all the same. */
const MOST_ANNOTATIONS = 1_000_000;
const MOST_TEXT = 64 * 2 ** 20; // characters, all annotations together
const MOST_SPANS = 1_000_000;
/** Annotation bytes taken from one signal of one record. */
const MOST_SLOT_BYTES = 16 * 2 ** 20;
/** Records whose annotation bytes are fetched at the same time, where records are large. */
const AT_ONCE = 16;

/**
 * Read the annotations of all records and, in a discontinuous file, the time of each record.
 * Files without annotation signals are not read at all.
 */
export async function scanRecords(
  source: ByteSource,
  header: EdfHeader,
  layout: EdfLayout,
  warnings: string[],
): Promise<Scan> {
  const slots = header.signals.filter(({ isAnnotations, samplesPerRecord }) => isAnnotations && samplesPerRecord > 0);
  const timeline = new Timeline(header, layout);
  const collector = new Collector();
  if (slots.length > 0) {
    const cut = slots.some(({ samplesPerRecord }) => samplesPerRecord * layout.sampleBytes > MOST_SLOT_BYTES);
    if (cut) warnings.push(`Of each record's annotations only the first ${MOST_SLOT_BYTES} bytes were read.`);
    await eachSlot(source, layout, slots, (bytes, record, isFirst) => {
      const { tals, broken } = parseTals(bytes);
      collector.add(tals, broken);
      if (isFirst) timeline.add(record, keptTime(tals));
    });
  }
  const { spans, startOffset } = timeline.finish(warnings);
  return { annotations: collector.finish(startOffset, warnings), spans, startOffset };
}

/** The first list of a record's first annotation signal keeps the time, by an empty first text. */
function keptTime(tals: readonly Tal[]): number | undefined {
  return tals[0]?.texts[0] === "" ? tals[0].onset : undefined;
}

type VisitSlot = (bytes: Uint8Array, record: number, isFirst: boolean) => void;

async function eachSlot(
  source: ByteSource,
  layout: EdfLayout,
  slots: readonly EdfSignal[],
  visit: VisitSlot,
): Promise<void> {
  const { dataOffset, recordBytes, sampleBytes, nRecords } = layout;
  const lengths = slots.map(({ samplesPerRecord }) => Math.min(samplesPerRecord * sampleBytes, MOST_SLOT_BYTES));
  if (recordBytes <= WHOLE_RECORD_BYTES) {
    await eachBlock(source, layout, 0, nRecords, (bytes, firstRecord, count) => {
      for (let i = 0; i < count; i++) {
        for (const [s, { offset }] of slots.entries()) {
          const at = i * recordBytes + offset;
          visit(bytes.subarray(at, at + lengths[s]), firstRecord + i, s === 0);
        }
      }
    });
    return;
  }
  const perRecord = lengths.reduce((sum, length) => sum + length, 0);
  const atOnce = Math.max(1, Math.min(AT_ONCE, Math.floor(MOST_SLOT_BYTES / perRecord)));
  for (let first = 0; first < nRecords; first += atOnce) {
    const records = Array.from({ length: Math.min(atOnce, nRecords - first) }, (_, i) => first + i);
    const read = (record: number, s: number): Promise<Uint8Array> =>
      source.read(dataOffset + record * recordBytes + slots[s].offset, lengths[s]);
    const found = await Promise.all(records.map((record) => Promise.all(slots.map((_, s) => read(record, s)))));
    for (const [i, parts] of found.entries()) for (const [s, part] of parts.entries()) visit(part, first + i, s === 0);
  }
}

/** Gathers annotations, within the bounds. */
class Collector {
  private readonly found: Annotation[] = [];
  private text = 0;
  private broken = 0;
  private left = 0;

  add(tals: readonly Tal[], broken: number): void {
    this.broken += broken;
    for (const { onset, duration, texts } of tals) {
      for (const text of texts) {
        if (text === "") continue;
        this.text += text.length;
        if (this.found.length >= MOST_ANNOTATIONS || this.text > MOST_TEXT) this.left++;
        else this.found.push({ onset, duration, text });
      }
    }
  }

  /** Annotations in order of time, counted from the start of the recording. */
  finish(startOffset: number, warnings: string[]): Annotation[] {
    if (this.broken > 0) warnings.push(`${this.broken} damaged annotation entries were left out.`);
    if (this.left > 0) warnings.push(`${this.left} annotations beyond the first ${this.found.length} were left out.`);
    const moved = this.found.map((annotation) => ({ ...annotation, onset: annotation.onset - startOffset }));
    return moved.sort((a, b) => a.onset - b.onset);
  }
}

/** Builds the segments from the times that the records keep, one after the other: no list of all records is held. */
class Timeline {
  private readonly spans: RecordSpan[] = [];
  private readonly duration: number;
  private readonly tolerance: number;
  private startOffset: number | undefined;
  private span = { record: 0, onset: 0 };
  /** The record after the last gap, whether or not it opened a segment. */
  private anchor = { record: 0, onset: 0 };
  private previous = 0;
  private next = 0;
  private untimed = 0;
  private gaps = 0;
  private backwards = 0;

  constructor(
    private readonly header: EdfHeader,
    private readonly layout: EdfLayout,
  ) {
    this.duration = recordSeconds(header);
    // Half a sample of the fastest signal, and no more than a millisecond: smaller steps are rounding, not gaps.
    const most = Math.max(0, ...header.signals.map((signal) => (signal.isAnnotations ? 0 : signal.samplesPerRecord)));
    this.tolerance = Math.min(1e-3, most === 0 ? 1e-3 : this.duration / most / 2);
  }

  add(record: number, time: number | undefined): void {
    if (record !== this.next) return;
    this.next++;
    if (record === 0) this.startOffset = time ?? 0;
    const expected = this.previous + this.duration;
    if (time === undefined) this.untimed++;
    const onset = time === undefined ? expected : time - (this.startOffset ?? 0);
    if (record > 0 && this.isGap(onset, expected, record)) this.open(record, onset, expected);
    this.previous = record === 0 ? 0 : onset;
  }

  /** Against the record before, and against the segment's start, so that small steps do not add up to a drift. */
  private isGap(onset: number, expected: number, record: number): boolean {
    const since = (record - this.anchor.record) * this.duration;
    const drift = this.tolerance + since * 1e-6; // the header's 8 digits round the record duration
    return Math.abs(onset - expected) > this.tolerance || Math.abs(onset - this.anchor.onset - since) > drift;
  }

  private open(record: number, onset: number, expected: number): void {
    this.gaps++;
    if (onset < expected - this.tolerance) this.backwards++;
    this.anchor = { record, onset };
    if (this.header.plus !== "D" || this.spans.length >= MOST_SPANS) return;
    this.close(record);
    this.span = { record, onset };
  }

  private close(end: number): void {
    const { record: firstRecord, onset } = this.span;
    const nRecords = end - firstRecord;
    this.spans.push({ onset, duration: nRecords * this.duration, firstRecord, nRecords });
  }

  finish(warnings: string[]): { spans: RecordSpan[]; startOffset: number } {
    const { layout, header } = this;
    const full = this.spans.length >= MOST_SPANS;
    if (full) warnings.push(`The file has more than ${MOST_SPANS} gaps: it was read up to there.`);
    else this.close(layout.nRecords);
    this.warn(header, warnings);
    return { spans: this.spans, startOffset: this.startOffset ?? 0 };
  }

  private warn({ plus, signals }: EdfHeader, warnings: string[]): void {
    const scanned = this.next > 0;
    if (plus === "D" && !scanned && this.layout.nRecords > 0) {
      warnings.push("The file is said to be discontinuous but keeps no times: its records were taken as continuous.");
    }
    const isTimed = plus !== undefined && signals.some(({ isAnnotations }) => !isAnnotations);
    if (isTimed && scanned && this.untimed > 0) {
      warnings.push(`${this.untimed} data records do not keep their time: they were taken to follow the one before.`);
    }
    if (plus === "C" && isTimed && this.gaps > 0) {
      warnings.push(
        `The file is said to be continuous but ${this.gaps} of its records keep a time with a gap or overlap.`,
      );
    }
    if (plus === "D" && this.backwards > 0) {
      warnings.push(`${this.backwards} segments start before the one in front of them ends.`);
    }
  }
}

/** Seconds per data record; one where the header says 0 although there are samples (as MNE takes it). */
export function recordSeconds({ recordDuration, signals }: EdfHeader): number {
  const hasSamples = signals.some(({ isAnnotations, samplesPerRecord }) => !isAnnotations && samplesPerRecord > 0);
  return recordDuration === 0 && hasSamples ? 1 : recordDuration;
}
