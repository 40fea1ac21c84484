import {
  type Annotation,
  type Channel,
  type Recording,
  type ResolvedRead,
  resolveRead,
  sampleRange,
} from "../../signal/recording.ts";
import type { FileFormat } from "../fileFormat.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { calibrate } from "./calibrate.ts";
import type { Calibration } from "./decode.ts";
import { parseNumber, readText } from "./field.ts";
import { type EdfHeader, type EdfSignal, readHeader, readVersion } from "./header.ts";
import { readIdentity } from "./identity.ts";
import { type EdfLayout, planLayout } from "./layout.ts";
import { rateOf } from "./rate.ts";
import { readSamples } from "./samples.ts";
import { type RecordSpan, recordSeconds, scanRecords } from "./scan.ts";

export const edfFormat: FileFormat = {
  name: "EDF",
  extensions: [".edf", ".bdf", ".rec"],
  recognise(head) {
    if (head.length < 256 || readVersion(head) === undefined) return false;
    const number = (start: number, end: number): number => parseNumber(readText(head.subarray(start, end)));
    return number(252, 256) > 0 && number(244, 252) >= 0; // signals and record duration: a text file has none here
  },
  open: (source) => openEdf(source),
};

/** A channel and where its samples are. */
interface EdfChannel {
  readonly channel: Channel;
  readonly signal: EdfSignal;
  readonly calibration: Calibration;
}

/**
 * Open an EDF, EDF+, BDF or BDF+ file. The header is read, and the annotations where there are any; samples on request.
 * @throws FormatError when the header does not say where the samples are
 * @see https://www.edfplus.info/specs/index.html
 */
export async function openEdf(source: ByteSource): Promise<Recording> {
  const warnings: string[] = [];
  const header = await readHeader(source);
  const layout = planLayout(source, header, warnings);
  const duration = recordSeconds(header);
  if (duration !== header.recordDuration) {
    warnings.push("The header gives its data records a duration of 0 s: 1 s was assumed, so all rates are uncertain.");
  }
  const { annotations, spans, startOffset } = await scanRecords(source, header, layout, warnings);
  const nRecords = spans.reduce((sum, span) => sum + span.nRecords, 0);
  const channels = planChannels(header, duration, nRecords, warnings);
  const recording: Recording = {
    name: source.name,
    format: header.plus === undefined ? header.kind : `${header.kind}+${header.plus}`,
    channels: channels.map(({ channel }) => channel),
    segments: spans.map((span) => ({ onset: span.onset, duration: span.duration })),
    annotations: assignChannels(annotations, channels),
    identity: readIdentity(header.identity, startOffset),
    warnings,
    read: async (request) => readRequest(source, layout, channels, spans, resolveRead(recording, request)),
    close: () => source.close(),
  };
  return recording;
}

function planChannels(header: EdfHeader, duration: number, nRecords: number, warnings: string[]): EdfChannel[] {
  const channels: EdfChannel[] = [];
  for (const signal of header.signals) {
    if (signal.isAnnotations) continue;
    if (signal.samplesPerRecord === 0) {
      warnings.push(`Channel ${signal.label || `number ${signal.index + 1}`} has no samples and was left out.`);
      continue;
    }
    const { calibration, unit } = calibrate(signal, warnings);
    const nTimes = nRecords * signal.samplesPerRecord;
    const channel = {
      label: signal.label,
      sfreq: rateOf(signal.samplesPerRecord, duration),
      nTimes,
      unit,
      ...notes(signal),
    };
    channels.push({ channel, signal, calibration });
  }
  warnOfDuplicates(channels, warnings);
  return channels;
}

function notes({ prefilter, transducer }: EdfSignal): Pick<Channel, "notes"> {
  const found = { ...(prefilter === "" ? {} : { prefilter }), ...(transducer === "" ? {} : { transducer }) };
  return Object.keys(found).length === 0 ? {} : { notes: found };
}

function warnOfDuplicates(channels: readonly EdfChannel[], warnings: string[]): void {
  const counts = new Map<string, number>();
  for (const { channel } of channels) counts.set(channel.label, (counts.get(channel.label) ?? 0) + 1);
  for (const [label, count] of counts) {
    if (count > 1) warnings.push(`${count} channels are labelled ${label}: they can be told apart by position only.`);
  }
}

/** `text@@label` belongs to the channel of that label. @see https://www.edfplus.info/specs/edftexts.html#linkannotations */
function assignChannels(annotations: readonly Annotation[], channels: readonly EdfChannel[]): readonly Annotation[] {
  const indices = new Map(channels.map(({ channel }, i) => [channel.label, i] as const).reverse()); // of duplicates the first
  return annotations.map((annotation) => {
    const at = annotation.text.lastIndexOf("@@");
    const channel = at < 0 ? undefined : indices.get(annotation.text.slice(at + 2).trim());
    return channel === undefined ? annotation : { ...annotation, text: annotation.text.slice(0, at), channel };
  });
}

function readRequest(
  source: ByteSource,
  layout: EdfLayout,
  channels: readonly EdfChannel[],
  spans: readonly RecordSpan[],
  resolved: ResolvedRead,
): Promise<Float64Array[]> {
  const { firstRecord } = spans[resolved.segment];
  const wanted = resolved.channels.map((index) => {
    const { channel, signal, calibration } = channels[index];
    const { samplesPerRecord, offset } = signal;
    const [start, stop] = sampleRange(resolved, channel.sfreq);
    const before = firstRecord * samplesPerRecord;
    return { samplesPerRecord, offset, calibration, start: before + start, stop: before + stop };
  });
  return readSamples(source, layout, wanted);
}
