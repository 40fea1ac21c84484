import { SignalError, UsageError } from "../../errors.ts";
import type { Recording } from "../../signal/recording.ts";
import { ChannelEncoder } from "./encode.ts";
import { asciiText, encodeHeader, personFields, type WrittenSignal, writtenLabels } from "./headerText.ts";
import { isStorable, measureRanges, planRange, type SampleRange } from "./physicalRange.ts";
import { rateOf } from "./rate.ts";
import { planRecords, type RecordPlan } from "./recordPlan.ts";
import { encodeTals, planTals } from "./talPlan.ts";
import { planTimeline } from "./timeline.ts";
import { type ByteSink, planRecordLayout, writeRecords } from "./writeRecords.ts";

export interface EdfWriteOptions {
  /** Write who was recorded and when; otherwise the fields say "unknown" as EDF+ demands. */
  readonly identity?: boolean;
  /**
   * Physical range per channel, in the channel's unit; samples outside are clipped.
   * Where all are given, the recording is read once instead of twice.
   */
  readonly physicalRange?: readonly (readonly [min: number, max: number] | undefined)[];
  readonly signal?: AbortSignal;
  /** Counts both passes over the samples. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** A channel as it was written. */
export interface EdfWrittenChannel {
  readonly label: string;
  readonly unit: string;
  readonly sfreq: number;
  readonly physicalMin: number;
  readonly physicalMax: number;
  /** Half of it is the largest rounding error, in `unit`. */
  readonly step: number;
  /** Samples that were no number and were stored as (nearly) 0. */
  readonly missing: number;
  /** Samples outside the given range. */
  readonly clipped: number;
  /** Samples added to fill the last record of segments: the last sample, repeated. */
  readonly padded: number;
}

export interface EdfWriteReport {
  readonly format: "EDF+C" | "EDF+D";
  readonly nRecords: number;
  /** Seconds. */
  readonly recordDuration: number;
  readonly bytes: number;
  readonly channels: readonly EdfWrittenChannel[];
  /** What could not be written as it is, each a sentence. */
  readonly warnings: readonly string[];
}

/**
 * Write a recording as EDF+, in bounded memory: a first pass over the samples finds their ranges, a second writes them.
 * Gaps between segments are kept (EDF+D), annotations with them. Identity is written only if asked for.
 * @throws SignalError when the recording does not fit the format: rates, counts
 * @throws the reason of `signal` when it is aborted
 */
export async function writeEdf(
  recording: Recording,
  sink: ByteSink,
  options: EdfWriteOptions = {},
): Promise<EdfWriteReport> {
  const warnings: string[] = [];
  const source = withSamples(recording);
  const plan = planRecords(source);
  const progress = new Progress(source, options);
  const identity = options.identity === true ? recording.identity : undefined;
  const timeline = planTimeline(source, plan, identity?.startTime, warnings);
  const signals = describeSignals(source, plan, await findRanges(source, options, progress), warnings);
  const labels = signals.map(({ label }) => label);
  const tals = encodeTals(recording.annotations, timeline.shift, labels, warnings);
  const talPlan = planTals(tals, timeline.nRecords, timeline.onsetOf, plan.duration);
  checkCounts(recording.name, timeline.nRecords, signals.length);
  const layout = planRecordLayout(signals, talPlan);
  const person = personFields(identity, timeline.start);
  const header = encodeHeader(timeline.kind, person, signals, talPlan.slotBytes / 2, timeline.nRecords, plan.text);
  await sink(header);
  const encoders = signals.map(({ range }) => new ChannelEncoder(range));
  await writeRecords({
    source,
    plan,
    timeline,
    layout,
    encoders,
    tals,
    talPlan,
    sink,
    tell: (done) => progress.tell(done),
  });
  const channels = signals.map((signal, c) => describeWritten(signal, plan, encoders[c]));
  warnOfSamples(channels, warnings);
  return {
    format: timeline.kind,
    nRecords: timeline.nRecords,
    recordDuration: plan.duration,
    bytes: header.length + timeline.nRecords * layout.recordSamples * 2,
    channels,
    warnings,
  };
}

/** The recording; where it holds no samples at all, one without channels: a file of annotations only. */
function withSamples(recording: Recording): Recording {
  const { name, channels, segments } = recording;
  for (const { label, sfreq } of channels) {
    if (sfreq > 0 && Number.isFinite(sfreq)) continue;
    const where = `${name}, channel ${label}`;
    throw new SignalError({ where, what: "has no rate to write", expected: "Hz above 0", got: String(sfreq) });
  }
  const longest = segments.reduce((most, { duration }) => Math.max(most, duration), 0);
  const hasSamples = channels.some(({ sfreq }) => Math.round(longest * sfreq) > 0);
  return hasSamples ? recording : { ...recording, channels: [], segments: [] };
}

/** Tells how far the two passes are, and stops them. */
class Progress {
  private readonly seconds: number;
  private readonly passes: number;
  private pass = 0;

  constructor(
    { segments, channels }: Recording,
    private readonly options: EdfWriteOptions,
  ) {
    this.seconds = segments.reduce((sum, { duration }) => sum + duration, 0);
    this.passes = channels.every((_, c) => options.physicalRange?.[c] !== undefined) ? 1 : 2;
    options.signal?.throwIfAborted();
  }

  /** @param done seconds of the pass at hand */
  tell(done: number): void {
    this.options.signal?.throwIfAborted();
    this.options.onProgress?.(this.pass * this.seconds + Math.min(done, this.seconds), this.passes * this.seconds);
  }

  nextPass(): void {
    this.pass++;
  }
}

async function findRanges(recording: Recording, options: EdfWriteOptions, progress: Progress): Promise<SampleRange[]> {
  const given = recording.channels.map(({ label }, c) => givenRange(label, options.physicalRange?.[c]));
  if (given.every((range) => range !== undefined)) return given;
  const measured = await measureRanges(recording, (done) => progress.tell(done));
  progress.nextPass();
  return measured.map((range, c) => given[c] ?? range);
}

function givenRange(label: string, range: readonly [number, number] | undefined): SampleRange | undefined {
  if (range === undefined) return undefined;
  const [min, max] = range;
  if (min < max && isStorable(min) && isStorable(max)) return { min, max };
  const where = `physicalRange of channel ${label}`;
  throw new UsageError({ where, what: "is no range", expected: "[min, max] with min < max", got: `[${range}]` });
}

function describeSignals(
  { channels }: Recording,
  plan: RecordPlan,
  ranges: readonly SampleRange[],
  warnings: string[],
): WrittenSignal[] {
  const labels = writtenLabels(channels);
  return channels.map((channel, c) => {
    const { label, sfreq, notes } = channel;
    const range = planRange(channel, ranges[c]);
    const samplesPerRecord = plan.samplesPerRecord[c];
    const rate = rateOf(samplesPerRecord, plan.duration);
    if (labels[c] !== label)
      warnings.push(`Channel ${label} is written as ${labels[c]}: EDF labels are 16 ASCII characters.`);
    if (range.scale !== 1)
      warnings.push(`Channel ${label} is written in ${range.unit}: its range in ${channel.unit} is too small.`);
    if (Math.abs(rate / sfreq - 1) > 1e-12)
      warnings.push(`Channel ${label} is written at ${rate} Hz instead of ${sfreq} Hz.`);
    return {
      label: labels[c],
      transducer: asciiText(notes?.["transducer"] ?? "", 80),
      prefilter: asciiText(notes?.["prefilter"] ?? "", 80),
      range: { ...range, unit: asciiText(range.unit, 8) },
      samplesPerRecord,
    };
  });
}

function checkCounts(where: string, nRecords: number, nSignals: number): void {
  const todo = "Write it in parts";
  if (nRecords > 99_999_999) {
    throw new SignalError({
      where,
      what: "is too long for EDF",
      expected: "99999999 records",
      got: `${nRecords}`,
      todo,
    });
  }
  if (nSignals > 9998) {
    throw new SignalError({ where, what: "has too many channels for EDF", expected: "9998", got: `${nSignals}`, todo });
  }
}

function describeWritten({ label, range, samplesPerRecord }: WrittenSignal, plan: RecordPlan, encoder: ChannelEncoder) {
  const { missing, clipped, padded, step } = encoder;
  const { unit, low: physicalMin, high: physicalMax } = range;
  const sfreq = rateOf(samplesPerRecord, plan.duration);
  return { label, unit, sfreq, physicalMin, physicalMax, step, missing, clipped, padded };
}

function warnOfSamples(channels: readonly EdfWrittenChannel[], warnings: string[]): void {
  for (const { label, missing, clipped } of channels) {
    if (missing > 0) warnings.push(`Channel ${label}: ${missing} samples are no numbers and were written as 0.`);
    if (clipped > 0)
      warnings.push(`Channel ${label}: ${clipped} samples lie outside the given range and were clipped.`);
  }
  const padded = Math.max(0, ...channels.map((channel) => channel.padded / channel.sfreq));
  if (padded === 0) return;
  const seconds = Number(padded.toPrecision(3));
  warnings.push(`The last samples were repeated to fill whole data records: ${seconds} s in all.`);
}
