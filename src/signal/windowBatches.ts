import { SignalError } from "../errors.ts";
import { BLOCK_SECONDS } from "./blockChain.ts";
import { type ChainOptions, type ChainPlan, type ChainReport, MODEL_SFREQ, planChain } from "./chain.ts";
import type { Contract, UsedChannel } from "./contract.ts";
import { RANGE_LIMIT } from "./nonFinite.ts";
import { planQuality, type QualityMeter, type QualityRow } from "./quality.ts";
import type { Recording } from "./recording.ts";
import { resampledLength } from "./resample.ts";
import { type PlannedChannel, SegmentStream } from "./segmentStream.ts";
import { type Alignment, planWindows, type WindowList, type WindowPlan } from "./windows.ts";
import { zscore } from "./zscore.ts";

export interface WindowBatchOptions {
  /** Length of a window, s. */
  readonly windowSeconds: number;
  /** From window to window, s; less than `windowSeconds` for overlap. `windowSeconds` if not given. */
  readonly hopSeconds?: number;
  readonly align?: Alignment;
  readonly remainder?: "drop" | "shift";
  /** Windows per batch; 16 if not given. The last batch may hold fewer. */
  readonly batchSize?: number;
  readonly chain?: ChainOptions;
  /** Whether to judge the unfiltered channels, too; true if not given. */
  readonly quality?: boolean;
  /** Whether windows are z-scored; true if not given. False leaves the contract's units. */
  readonly zscore?: boolean;
  /** Only windows inside this range, s from the start of the recording. Their samples are those of the whole recording. */
  readonly range?: { readonly from?: number; readonly to?: number };
  /** Seconds read at once; if not given, 600, or less where the channels would take more than 64 MB. */
  readonly blockSeconds?: number;
  readonly signal?: AbortSignal;
}

/** What was done with one channel of the contract. */
export interface ChannelReport extends Omit<ChainReport, "nonFinite"> {
  readonly name: string;
  /** Missing samples, set to 0: their count, and up to 1000 stretches in seconds from the start of the recording. */
  readonly missing: { readonly count: number; readonly ranges: readonly { onset: number; duration: number }[] };
}

/** Windows ready for the model. */
export interface WindowBatch {
  /** (B, C, T), row major; C in the order of `contract.used`. */
  readonly x: Float32Array;
  readonly shape: readonly [number, number, number];
  readonly windows: readonly WindowPlan[];
  /** [window][channel]; empty rows without `quality`. */
  readonly quality: readonly (readonly QualityRow[])[];
  /** One report for all batches, per channel: `missing` fills while the recording is read, complete after the last batch. */
  readonly chainReport: readonly ChannelReport[];
}

/** Where the windows of a recording lie: how many there will be, and what is left out. Reads nothing. */
export function planRecordingWindows(
  recording: Recording,
  contract: Contract,
  options: WindowBatchOptions,
): WindowList {
  return layWindows(recording, planChannels(recording, contract, options.chain), options);
}

/**
 * Cut a recording into windows for the model, in memory that does not grow with its length: read the channels of the
 * contract block by block, derive and scale them (`scale · (plus − minus)`), run the signal chain over each segment,
 * cut, z-score per window and channel. Windows come in order of time.
 * @returns at the end, what was done with each channel
 * @throws SignalError for an empty contract, bands or rates that cannot be had, or options out of range; the errors of
 * `recording.read`; the reason of `signal` when it is aborted
 */
export async function* windowBatches(
  recording: Recording,
  contract: Contract,
  options: WindowBatchOptions,
): AsyncGenerator<WindowBatch, ChannelReport[]> {
  const channels = planChannels(recording, contract, options.chain);
  const { windows, nTimes } = layWindows(recording, channels, options);
  const missing = channels.map((): Missing => ({ count: 0, ranges: [] }));
  const chainReport = channels.map(({ used, plan }, c) => describeChannel(used.name, plan, missing[c]));
  const batch = new BatchBuilder(channels, nTimes, chainReport, options);
  const blockSeconds = options.blockSeconds ?? affordableBlock(channels);
  for (const own of bySegment(windows)) {
    const { segment, from } = own[0];
    const to = own.reduce((end, window) => Math.max(end, window.to), 0);
    const keepRaw = options.quality ?? true;
    const stream = new SegmentStream(recording, channels, { segment, from, to }, { blockSeconds, keepRaw });
    for (const window of own) {
      stream.discard(window.from);
      while (stream.available < window.to) {
        options.signal?.throwIfAborted();
        if (!(await stream.advance())) throw endedEarly(recording, window);
      }
      const full = batch.add(stream, window);
      if (full !== undefined) yield full;
    }
    noteMissing(missing, stream, channels, recording.segments[segment].onset);
  }
  const rest = batch.flush();
  if (rest !== undefined) yield rest;
  return chainReport;
}

interface Missing {
  count: number;
  readonly ranges: { onset: number; duration: number }[];
}

/** `missing` stays the caller's object, to be filled. */
function describeChannel(
  name: string,
  { filters: _, resampler: __, ...plan }: ChainPlan,
  missing: Missing,
): ChannelReport {
  return { ...plan, name, missing };
}

function planChannels(recording: Recording, { used }: Contract, chain?: ChainOptions): PlannedChannel[] {
  if (used.length === 0) throw new SignalError({ where: recording.name, what: "the contract uses no channel" });
  return used.map((channel) => {
    checkRates(recording, channel);
    return { used: channel, plan: planChain(channel.sensor, channel.sfreq, chain) };
  });
}

function layWindows(
  recording: Recording,
  channels: readonly PlannedChannel[],
  options: WindowBatchOptions,
): WindowList {
  const { windowSeconds: length, hopSeconds: hop, align, remainder, range } = options;
  const sfreq = options.chain?.targetSfreq ?? MODEL_SFREQ;
  checkRange(recording, range);
  const skipped: number[] = [];
  const segments = recording.segments.map((segment, s) => {
    const lengths = channels.map(({ plan }) => resampledLength(plan.ratio, Math.round(segment.duration * plan.sfreq)));
    const nTimes = Math.min(...lengths);
    const clip = (time: number) => Math.min(nTimes, Math.max(0, Math.round((time - segment.onset) * sfreq)));
    const [from, to] = [clip(range?.from ?? segment.onset), clip(range?.to ?? Number.POSITIVE_INFINITY)];
    skipped[s] = from;
    return {
      onset: segment.onset + from / sfreq,
      duration: Math.max(0, to - from) / sfreq,
      nTimes: Math.max(0, to - from),
    };
  });
  const list = planWindows(segments, { length, hop, sfreq, align, remainder });
  const windows = list.windows.map((w) => ({ ...w, from: w.from + skipped[w.segment], to: w.to + skipped[w.segment] }));
  return { ...list, windows };
}

/** Collects windows until a batch is full. */
class BatchBuilder {
  readonly #channels: readonly PlannedChannel[];
  readonly #meters: readonly QualityMeter[];
  readonly #nTimes: number;
  readonly #size: number;
  readonly #scored: boolean;
  #x = new Float32Array(0);
  #windows: WindowPlan[] = [];
  #quality: QualityRow[][] = [];

  readonly #report: readonly ChannelReport[];

  constructor(
    channels: readonly PlannedChannel[],
    nTimes: number,
    report: readonly ChannelReport[],
    options: WindowBatchOptions,
  ) {
    const { batchSize = 16, quality = true } = options;
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new SignalError({
        where: "windowBatches",
        what: "batchSize out of range",
        expected: "a whole number from 1",
        got: String(batchSize),
      });
    }
    this.#channels = channels;
    this.#report = report;
    this.#meters = quality ? channels.map(({ used }) => planQuality(used.sensor, used.unit, used.sfreq)) : [];
    this.#nTimes = nTimes;
    this.#size = batchSize;
    this.#scored = options.zscore ?? true;
  }

  /** @returns the batch when this window fills it */
  add(stream: SegmentStream, window: WindowPlan): WindowBatch | undefined {
    const nChans = this.#channels.length;
    if (this.#windows.length === 0) this.#x = new Float32Array(this.#size * nChans * this.#nTimes);
    const row = this.#windows.push(window) - 1;
    for (let c = 0; c < nChans; c++) {
      const start = (row * nChans + c) * this.#nTimes;
      const samples = stream.window(c, window.from, window.to);
      if (this.#scored) zscore(samples, this.#x.subarray(start, start + this.#nTimes));
      else this.#x.set(samples, start);
    }
    this.#quality.push(this.#meters.map((meter, c) => meter.measure(stream.raw(c, window.from, window.to))));
    return this.#windows.length === this.#size ? this.flush() : undefined;
  }

  /** @returns the windows collected so far, if any */
  flush(): WindowBatch | undefined {
    if (this.#windows.length === 0) return undefined;
    const [windows, quality, nChans] = [this.#windows, this.#quality, this.#channels.length];
    const x = this.#x.subarray(0, windows.length * nChans * this.#nTimes);
    this.#windows = [];
    this.#quality = [];
    return { x, shape: [windows.length, nChans, this.#nTimes], windows, quality, chainReport: this.#report };
  }
}

function bySegment(windows: readonly WindowPlan[]): WindowPlan[][] {
  const groups = new Map<number, WindowPlan[]>();
  for (const window of windows) {
    const group = groups.get(window.segment);
    if (group === undefined) groups.set(window.segment, [window]);
    else group.push(window);
  }
  return [...groups.values()];
}

function noteMissing(
  missing: readonly Missing[],
  stream: SegmentStream,
  channels: readonly PlannedChannel[],
  onset: number,
): void {
  stream.nonFinite.forEach(({ count, ranges }, c) => {
    const { sfreq } = channels[c].used;
    missing[c].count += count;
    const more = ranges.map(({ from, to }) => ({ onset: onset + from / sfreq, duration: (to - from) / sfreq }));
    missing[c].ranges.push(...more.slice(0, RANGE_LIMIT - missing[c].ranges.length));
  });
}

/** Seconds that keep the blocks of all channels, raw and filtered, within 64 MB. */
function affordableBlock(channels: readonly PlannedChannel[]): number {
  const bytesPerSecond = channels.reduce((sum, { plan }) => sum + 8 * (plan.sfreq + plan.targetSfreq), 0);
  return Math.min(BLOCK_SECONDS, Math.max(10, (64 * 2 ** 20) / bytesPerSecond));
}

function checkRates(recording: Recording, { name, plus, minus, sfreq }: UsedChannel): void {
  for (const index of minus === undefined ? [plus] : [plus, minus]) {
    const channel = recording.channels[index];
    if (channel?.sfreq === sfreq) continue;
    throw new SignalError({
      where: `${recording.name}, channel ${name}`,
      what: "the contract does not fit the recording",
      expected: `channel ${index} at ${sfreq} Hz`,
      got: channel === undefined ? "no such channel" : `${channel.sfreq} Hz`,
      todo: "Make the contract from this recording; electrodes of different rates cannot be subtracted",
    });
  }
}

function checkRange(
  { name }: Recording,
  { from = 0, to = Number.POSITIVE_INFINITY }: WindowBatchOptions["range"] = {},
): void {
  if (from < to) return;
  throw new SignalError({
    where: `${name}, option range`,
    what: "is empty",
    expected: "from < to, in seconds",
    got: `${from} to ${to}`,
  });
}

const endedEarly = ({ name }: Recording, { segment, to }: WindowPlan): SignalError =>
  new SignalError({
    where: name,
    what: "the segment ended before its windows",
    at: `segment ${segment}`,
    expected: `${to} samples`,
  });
