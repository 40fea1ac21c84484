import type { Contract, UsedChannel } from "../signal/contract.ts";
import { planQuality, type QualityMeter } from "../signal/quality.ts";
import { durationOf, type Recording } from "../signal/recording.ts";
import type { BadStretch } from "./badStretches.ts";
import { extremes } from "./decimate.ts";
import type { RecordingPicture } from "./recording.ts";

export interface PictureOptions {
  /** Seconds from the start of the recording; 0 if not given. */
  readonly from?: number;
  /** Seconds; to the end of the recording if not given. */
  readonly duration?: number;
  readonly title?: string;
  readonly signal?: AbortSignal;
}

/** Length of the stretches that are read and judged at a time, s. */
const BLOCK_SECONDS = 5;

/** Pairs of lowest and highest sample that are kept of a channel: four for each pixel of a wide picture. */
const MOST_PAIRS = 4096;

/**
 * What `recordingSvg` draws of a recording: the channels that the contract uses, in its units, unfiltered, with the quality of every
 * 5 s. Read block by block and brought down to extremes, so that memory does not grow with the recording.
 * @throws SignalError, FormatError where the recording cannot be read; the reason of `signal` when it is aborted
 */
export async function pictureOfRecording(
  recording: Recording,
  contract: Pick<Contract, "used">,
  options: PictureOptions = {},
): Promise<RecordingPicture> {
  const from = Math.max(0, options.from ?? 0);
  const duration = Math.min(options.duration ?? Number.POSITIVE_INFINITY, durationOf(recording) - from);
  const tracks = contract.used.map((used, channel) => new Track(used, channel, from, duration));
  const needed = [
    ...new Set(contract.used.flatMap(({ plus, minus }) => (minus === undefined ? [plus] : [plus, minus]))),
  ];
  for (const block of blocksOf(recording, from, from + duration)) {
    options.signal?.throwIfAborted();
    const read = await readBlock(recording, needed, block);
    for (const track of tracks) track.add(valuesOf(track.used, read), block.onset);
  }
  return {
    title: options.title ?? recording.name,
    subtitle: subtitleOf(recording, contract, from, duration),
    channels: tracks.map((track) => track.channel()),
    from,
    duration,
    annotations: recording.annotations,
    bad: tracks.flatMap((track) => track.bad),
  };
}

interface Block {
  readonly segment: number;
  /** Seconds from the start of the segment. */
  readonly from: number;
  readonly to: number;
  /** Seconds from the start of the recording. */
  readonly onset: number;
}

/** The recorded parts of a stretch, block by block; gaps between segments are left out. */
function* blocksOf({ segments }: Recording, start: number, stop: number): Generator<Block> {
  for (const [segment, { onset, duration }] of segments.entries()) {
    const end = Math.min(duration, stop - onset);
    for (let from = Math.max(0, start - onset); from < end; from += BLOCK_SECONDS) {
      yield { segment, from, to: Math.min(from + BLOCK_SECONDS, end), onset: onset + from };
    }
  }
}

/** The samples of a block by channel index, all channels in one read: files interleave them. */
async function readBlock(recording: Recording, channels: readonly number[], { segment, from, to }: Block) {
  const samples = await recording.read({ segment, channels, from, to });
  return new Map(channels.map((channel, i) => [channel, samples[i]]));
}

/** `scale · (plus − minus)`, in the contract's unit. */
function valuesOf({ plus, minus, scale }: UsedChannel, read: ReadonlyMap<number, Float64Array>): Float64Array {
  const a = read.get(plus)!;
  if (minus === undefined && scale === 1) return a;
  const b = minus === undefined ? undefined : read.get(minus)!;
  return a.map((value, i) => scale * (b === undefined ? value : value - b[i]));
}

/** One channel of the picture in the making. */
class Track {
  readonly used: UsedChannel;
  readonly bad: BadStretch[] = [];
  readonly #index: number;
  readonly #from: number;
  readonly #meter: QualityMeter;
  readonly #samples: Float64Array;
  /** Samples of the file for each two of `#samples`; 0 where every sample is kept. */
  readonly #perPair: number;

  constructor(used: UsedChannel, index: number, from: number, duration: number) {
    this.used = used;
    this.#index = index;
    this.#from = from;
    this.#meter = planQuality(used.sensor, used.unit, used.sfreq);
    const total = Math.max(0, Math.round(duration * used.sfreq));
    this.#perPair = total <= 2 * MOST_PAIRS ? 0 : Math.ceil(total / MOST_PAIRS);
    const kept = this.#perPair === 0 ? total : 2 * Math.ceil(total / this.#perPair);
    this.#samples = new Float64Array(kept).fill(Number.NaN);
  }

  /** @param onset of the block, seconds from the start of the recording */
  add(block: Float64Array, onset: number): void {
    if (block.length === 0) return;
    const duration = block.length / this.used.sfreq;
    const { flags } = this.#meter.measure(block);
    if (flags.length > 0) this.bad.push({ channel: this.#index, onset, duration, flags });
    const first = Math.round((onset - this.#from) * this.used.sfreq);
    if (this.#perPair === 0) this.#samples.set(block.subarray(0, Math.max(0, this.#samples.length - first)), first);
    else this.#addPairs(block, first);
  }

  /** A pair that two blocks share keeps the extremes of both. */
  #addPairs(block: Float64Array, first: number): void {
    const per = this.#perPair;
    for (let start = 0; start < block.length; ) {
      const pair = Math.floor((first + start) / per);
      const stop = Math.min(block.length, (pair + 1) * per - first);
      const [a, b] = extremes(block, start, stop);
      const seen = [...this.#samples.subarray(2 * pair, 2 * pair + 2), block[a], block[b]];
      const [low, high] = extremes(seen, 0, seen.length);
      if (2 * pair + 1 < this.#samples.length) this.#samples.set([seen[low], seen[high]], 2 * pair);
      start = stop;
    }
  }

  channel(): RecordingPicture["channels"][number] {
    const { name, unit, sensor } = this.used;
    const sfreq = this.#perPair === 0 ? this.used.sfreq : (2 * this.used.sfreq) / this.#perPair;
    return { name, unit, sensor, sfreq, samples: this.#samples };
  }
}

function subtitleOf(recording: Recording, { used }: Pick<Contract, "used">, from: number, duration: number): string {
  const rates = [...new Set(used.map(({ sfreq }) => Number(sfreq.toFixed(2))))].sort((a, b) => a - b);
  const [start, end] = [from, from + duration].map((time) => Number(time.toFixed(2)));
  const count = `${used.length} ${used.length === 1 ? "channel" : "channels"}`;
  return `${recording.format}  ·  ${count} used  ·  ${rates.join(", ")} Hz  ·  ${start} to ${end} s  ·  unfiltered`;
}
