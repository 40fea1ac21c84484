import type { Recording } from "../../signal/recording.ts";
import { int16Bytes } from "./decode.ts";
import type { ChannelEncoder } from "./encode.ts";
import type { WrittenSignal } from "./headerText.ts";
import type { RecordPlan } from "./recordPlan.ts";
import { type TalPlan, timeKeepingTal, type WrittenTal } from "./talPlan.ts";
import type { Timeline } from "./timeline.ts";

/** Gets the bytes of the file, in order; each array is given away. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** Samples encoded at a time. */
const BLOCK_SAMPLES = 2 ** 20;

/** Where the signals stand inside a record, in samples; the annotations follow them. */
export interface RecordLayout {
  readonly offsets: readonly number[];
  readonly annotations: number;
  readonly recordSamples: number;
}

export function planRecordLayout(
  signals: readonly Pick<WrittenSignal, "samplesPerRecord">[],
  { slotBytes }: TalPlan,
): RecordLayout {
  let annotations = 0;
  const offsets = signals.map(({ samplesPerRecord }) => {
    annotations += samplesPerRecord;
    return annotations - samplesPerRecord;
  });
  return { offsets, annotations, recordSamples: annotations + slotBytes / 2 };
}

export interface RecordWriter {
  readonly source: Recording;
  readonly plan: RecordPlan;
  readonly timeline: Timeline;
  readonly layout: RecordLayout;
  readonly encoders: readonly ChannelEncoder[];
  readonly tals: readonly WrittenTal[];
  readonly talPlan: TalPlan;
  readonly sink: ByteSink;
  /** Gets the seconds written; throws to stop. */
  readonly tell: (done: number) => void;
}

/** Read, encode and write all records, block by block. */
export async function writeRecords(writer: RecordWriter): Promise<void> {
  const { plan, layout, sink, tell } = writer;
  const atOnce = Math.max(1, Math.floor(BLOCK_SAMPLES / layout.recordSamples));
  let written = 0;
  for (const [segment, nRecords] of plan.records.entries()) {
    for (let first = 0; first < nRecords; first += atOnce) {
      const count = Math.min(atOnce, nRecords - first);
      const samples = await readBlock(writer, segment, first, count);
      await sink(encodeBlock(writer, samples, written, count));
      written += count;
      tell(written * plan.duration);
    }
  }
}

/** The samples of `count` records of a segment; fewer where the segment ends inside of the last one. */
async function readBlock(
  { source, plan }: RecordWriter,
  segment: number,
  first: number,
  count: number,
): Promise<Float64Array[]> {
  const out: Float64Array[] = new Array(source.channels.length);
  for (const group of groupChannels(source, plan)) {
    const { sfreq } = source.channels[group[0]];
    const perRecord = plan.samplesPerRecord[group[0]];
    const { duration } = source.segments[segment];
    const from = Math.min(duration, (first * perRecord) / sfreq);
    const to = Math.min(duration, ((first + count) * perRecord) / sfreq);
    const found = await source.read({ segment, channels: group, from, to });
    for (const [i, channel] of group.entries()) out[channel] = found[i];
  }
  return out;
}

/** Channels whose records begin at the same time: all of them, or those of one rate where rates are rounded. */
function groupChannels({ channels }: Recording, { exact }: RecordPlan): number[][] {
  const groups = new Map<number, number[]>();
  for (const [c, { sfreq }] of channels.entries()) {
    const key = exact ? 0 : sfreq;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [c]);
    else group.push(c);
  }
  return [...groups.values()];
}

function encodeBlock(writer: RecordWriter, samples: readonly Float64Array[], first: number, count: number): Uint8Array {
  const { plan, timeline, layout, encoders, tals, talPlan } = writer;
  const { offsets, annotations, recordSamples } = layout;
  const digital = new Int16Array(count * recordSamples);
  for (const [c, encoder] of encoders.entries()) {
    const n = plan.samplesPerRecord[c];
    for (let r = 0; r < count; r++) encoder.encode(samples[c], r * n, n, digital, r * recordSamples + offsets[c]);
  }
  const bytes = int16Bytes(digital);
  for (let r = 0; r < count; r++) {
    const record = first + r;
    let at = 2 * (r * recordSamples + annotations);
    const listed = tals.slice(talPlan.starts[record], talPlan.starts[record + 1]);
    for (const part of [timeKeepingTal(timeline.onsetOf(record)), ...listed.map((tal) => tal.bytes)]) {
      bytes.set(part, at);
      at += part.length;
    }
  }
  return bytes;
}
