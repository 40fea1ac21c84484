import { SignalError } from "../../errors.ts";
import type { ByteSource } from "../source/byteSource.ts";
import { type Calibration, decodeInt16, decodeInt24, int16View } from "./decode.ts";
import type { EdfLayout } from "./layout.ts";

/** Samples `start` to `stop` (not included) of one signal, counted from the first data record of the file. */
export interface WantedSamples {
  readonly samplesPerRecord: number;
  /** Byte offset of the signal inside each record. */
  readonly offset: number;
  readonly calibration: Calibration;
  readonly start: number;
  readonly stop: number;
}

/** Bytes taken per read. */
const BLOCK_BYTES = 4 * 2 ** 20;
/** Records up to this size are read whole, many at a time; of larger ones only the wanted stretches are read. */
export const WHOLE_RECORD_BYTES = 256 * 2 ** 10;
/** Two stretches closer than this are read in one go: skipping less costs more than reading it. */
const GAP_BYTES = 64 * 2 ** 10;

/**
 * Read and calibrate samples. Memory beyond the result is bounded by one block, whatever the size of the records.
 * @returns one array per entry of `wanted`
 */
export async function readSamples(
  source: ByteSource,
  layout: EdfLayout,
  wanted: readonly WantedSamples[],
): Promise<Float64Array[]> {
  const out = wanted.map(({ start, stop }) => allocate(source.name, stop - start));
  const asked = wanted.filter(({ start, stop }) => stop > start);
  const first = Math.min(...asked.map(({ start, samplesPerRecord }) => Math.floor(start / samplesPerRecord)));
  const end = Math.max(...asked.map(({ stop, samplesPerRecord }) => Math.ceil(stop / samplesPerRecord)));
  if (layout.recordBytes <= WHOLE_RECORD_BYTES) {
    await eachBlock(source, layout, first, end, (bytes, record, count) => {
      const decode = decoderOf(bytes, layout.sampleBytes);
      for (const [i, want] of wanted.entries()) decodeBlock(decode, layout, want, record, count, out[i]);
    });
  } else {
    for (let record = first; record < end; record++) await readStretches(source, layout, wanted, record, out);
  }
  return out;
}

/** Call `visit` with the bytes of the records from `first` to `end` (not included), as many at a time as fit a block. */
export async function eachBlock(
  source: ByteSource,
  { dataOffset, recordBytes }: EdfLayout,
  first: number,
  end: number,
  visit: (bytes: Uint8Array, firstRecord: number, count: number) => void,
): Promise<void> {
  const most = Math.max(1, Math.floor(BLOCK_BYTES / recordBytes));
  for (let record = first; record < end; record += most) {
    const count = Math.min(most, end - record);
    visit(await source.read(dataOffset + record * recordBytes, count * recordBytes), record, count);
  }
}

function allocate(name: string, length: number): Float64Array {
  try {
    return new Float64Array(length);
  } catch (cause) {
    throw new SignalError({
      where: name,
      what: "more samples asked for than fit into memory",
      got: `${length} samples of one channel`,
      todo: "Read the recording in shorter ranges of time",
      cause,
    });
  }
}

/** Decode `count` samples that start at byte `from` of the bytes at hand. */
type Decode = (from: number, count: number, calibration: Calibration, out: Float64Array, at: number) => void;

function decoderOf(bytes: Uint8Array, sampleBytes: 2 | 3): Decode {
  if (sampleBytes === 3) {
    return (from, count, calibration, out, at) => decodeInt24(bytes, from, count, calibration, out, at);
  }
  const view = int16View(bytes);
  return (from, count, calibration, out, at) => decodeInt16(view, from >> 1, count, calibration, out, at);
}

function decodeBlock(
  decode: Decode,
  { recordBytes, sampleBytes }: EdfLayout,
  { samplesPerRecord, offset, calibration, start, stop }: WantedSamples,
  firstRecord: number,
  count: number,
  out: Float64Array,
): void {
  for (let i = 0; i < count; i++) {
    const base = (firstRecord + i) * samplesPerRecord;
    const low = Math.max(start, base);
    const high = Math.min(stop, base + samplesPerRecord);
    const from = i * recordBytes + offset + (low - base) * sampleBytes;
    if (low < high) decode(from, high - low, calibration, out, low - start);
  }
}

/** A run of bytes of one record that holds samples of one wanted signal. */
interface Stretch {
  /** Index into the wanted signals. */
  readonly want: number;
  /** Byte offset inside the record. */
  readonly from: number;
  readonly count: number;
  /** Index of the first sample in the result. */
  readonly at: number;
}

async function readStretches(
  source: ByteSource,
  layout: EdfLayout,
  wanted: readonly WantedSamples[],
  record: number,
  out: readonly Float64Array[],
): Promise<void> {
  const { dataOffset, recordBytes, sampleBytes } = layout;
  const stretches = wanted.flatMap((want, i) => planStretches(want, i, record, sampleBytes));
  for (const run of joinStretches(stretches, sampleBytes)) {
    const start = run[0].from;
    const end = Math.max(...run.map(({ from, count }) => from + count * sampleBytes));
    const bytes = await source.read(dataOffset + record * recordBytes + start, end - start);
    const decode = decoderOf(bytes, sampleBytes);
    for (const { want, from, count, at } of run) decode(from - start, count, wanted[want].calibration, out[want], at);
  }
}

/** The part of one record that a wanted signal needs, cut into blocks: one record may hold hours. */
function planStretches(want: WantedSamples, index: number, record: number, sampleBytes: number): Stretch[] {
  const base = record * want.samplesPerRecord;
  const high = Math.min(want.stop, base + want.samplesPerRecord);
  const most = Math.floor(BLOCK_BYTES / sampleBytes);
  const stretches: Stretch[] = [];
  for (let low = Math.max(want.start, base); low < high; low += most) {
    const from = want.offset + (low - base) * sampleBytes;
    stretches.push({ want: index, from, count: Math.min(most, high - low), at: low - want.start });
  }
  return stretches;
}

/** Stretches that lie close together, in the order of the file, as long as a run stays within a block. */
function joinStretches(stretches: readonly Stretch[], sampleBytes: number): Stretch[][] {
  const runs: Stretch[][] = [];
  let start = 0;
  let end = Number.NEGATIVE_INFINITY;
  for (const stretch of [...stretches].sort((a, b) => a.from - b.from)) {
    const stop = stretch.from + stretch.count * sampleBytes;
    if (stretch.from - end <= GAP_BYTES && stop - start <= BLOCK_BYTES) {
      runs[runs.length - 1].push(stretch);
      end = Math.max(end, stop);
    } else {
      runs.push([stretch]);
      start = stretch.from;
      end = stop;
    }
  }
  return runs;
}
