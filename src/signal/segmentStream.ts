import { SignalError } from "../errors.ts";
import { ChannelChain } from "./blockChain.ts";
import type { ChainPlan } from "./chain.ts";
import type { UsedChannel } from "./contract.ts";
import type { NonFinite } from "./nonFinite.ts";
import type { Recording } from "./recording.ts";
import { SampleQueue } from "./sampleQueue.ts";
import { Workspace } from "./workspace.ts";
import { settlingTime } from "./zeroPhaseStage.ts";

/** A used channel and what will be done with it. */
export interface PlannedChannel {
  readonly used: UsedChannel;
  readonly plan: ChainPlan;
}

/** Which part of a segment is wanted, in samples of the output. */
export interface SegmentExtent {
  readonly segment: number;
  readonly from: number;
  readonly to: number;
}

/** Channels of one rate: read together, in indices of that rate from the start of the segment. */
interface RateGroup {
  readonly sfreq: number;
  readonly lanes: readonly Lane[];
  /** File channels to read. */
  readonly sources: readonly number[];
  next: number;
  readonly stop: number;
}

interface Lane {
  readonly used: UsedChannel;
  readonly chain: ChannelChain;
  /** Input index of the first sample read. */
  readonly first: number;
  readonly out: SampleQueue;
  /** Derived and scaled, not filtered, at the channel's own rate. */
  readonly raw: SampleQueue;
}

/**
 * One segment of a recording on its way through the chain, its used channels side by side. Only the extent that is
 * wanted is read, and as much before and after it as the filters take to settle: the output equals that of the whole
 * segment to 1e-8 of its deviation.
 */
export class SegmentStream {
  readonly #recording: Recording;
  readonly #segment: number;
  readonly #groups: readonly RateGroup[];
  readonly #lanes: readonly Lane[];
  readonly #blockSeconds: number;
  readonly #keepRaw: boolean;

  constructor(
    recording: Recording,
    channels: readonly PlannedChannel[],
    extent: SegmentExtent,
    { blockSeconds, keepRaw }: { blockSeconds: number; keepRaw: boolean },
  ) {
    this.#recording = recording;
    this.#segment = extent.segment;
    this.#blockSeconds = blockSeconds;
    this.#keepRaw = keepRaw;
    this.#groups = groupByRate(channels, extent, recording.segments[extent.segment].duration);
    const lanes = new Map(this.#groups.flatMap((group) => group.lanes).map((lane) => [lane.used, lane]));
    this.#lanes = channels.map(({ used }) => lanes.get(used)!);
  }

  /** Output samples that every channel has by now: one past the last. */
  get available(): number {
    return this.#lanes.reduce((least, { out }) => Math.min(least, out.end), Number.POSITIVE_INFINITY);
  }

  /**
   * Read and filter the next block.
   * @returns false when the extent is read to its end
   * @throws SignalError when the reader gives another number of samples than asked for
   */
  async advance(): Promise<boolean> {
    let more = false;
    for (const group of this.#groups) {
      if (group.next >= group.stop) continue;
      more = true;
      const to = Math.min(group.stop, group.next + Math.max(1, Math.round(this.#blockSeconds * group.sfreq)));
      const blocks = await this.#read(group, to);
      group.next = to;
      for (const lane of group.lanes) this.#take(lane, derive(lane.used, blocks), to === group.stop);
    }
    return more;
  }

  /** Filtered samples `from … to` of a channel; valid until the next `advance`. */
  window(channel: number, from: number, to: number): Float64Array {
    return this.#lanes[channel].out.view(from, to);
  }

  /** The unfiltered samples at the channel's own rate behind the output samples `from … to`. */
  raw(channel: number, from: number, to: number): Float64Array {
    const { raw, chain } = this.#lanes[channel];
    const { up, down } = chain.plan.ratio;
    const stop = Math.min(raw.end, Math.max(1, Math.round((to * down) / up)));
    return raw.view(Math.min(stop - 1, Math.round((from * down) / up)), stop);
  }

  /** Forget what lies before output sample `index`. */
  discard(index: number): void {
    for (const { out, raw, chain } of this.#lanes) {
      out.discard(index);
      raw.discard(Math.floor((index * chain.plan.ratio.down) / chain.plan.ratio.up) - 1);
    }
  }

  /** Missing samples of each channel so far, in samples of its own rate from the start of the segment. */
  get nonFinite(): NonFinite[] {
    return this.#lanes.map(({ chain, first }) => {
      const { count, ranges } = chain.report.nonFinite;
      return { count, ranges: ranges.map(({ from, to }) => ({ from: from + first, to: to + first })) };
    });
  }

  async #read({ sfreq, sources, next }: RateGroup, to: number): Promise<Map<number, Float64Array>> {
    const { duration } = this.#recording.segments[this.#segment];
    const blocks = await this.#recording.read({
      segment: this.#segment,
      channels: sources,
      from: next / sfreq,
      to: Math.min(duration, to / sfreq),
    });
    const wrong = blocks.find((block) => block.length !== to - next);
    if (wrong === undefined) return new Map(sources.map((source, i) => [source, blocks[i]]));
    throw new SignalError({
      where: this.#recording.name,
      what: "the reader gave another number of samples than asked for",
      at: `segment ${this.#segment}, sample ${next}`,
      expected: String(to - next),
      got: String(wrong.length),
    });
  }

  #take({ chain, out, raw }: Lane, block: Float64Array, last: boolean): void {
    if (this.#keepRaw) raw.append(block);
    out.append(chain.push(block, last));
  }
}

/** value = scale · (plus − minus) */
function derive({ plus, minus, scale }: UsedChannel, blocks: ReadonlyMap<number, Float64Array>): Float64Array {
  const a = blocks.get(plus)!;
  if (minus === undefined) return a.map((v) => scale * v);
  const b = blocks.get(minus)!;
  return a.map((v, i) => scale * (v - b[i]));
}

function groupByRate(channels: readonly PlannedChannel[], extent: SegmentExtent, duration: number): RateGroup[] {
  const context = Math.max(...channels.map(({ plan }) => contextSeconds(plan)));
  const workspace = new Workspace();
  const rates = [...new Set(channels.map(({ used }) => used.sfreq))];
  return rates.map((sfreq) => {
    const members = channels.filter(({ used }) => used.sfreq === sfreq);
    const { up, down } = members[0].plan.ratio; // one rate, one ratio
    const wanted = (extent.from * down) / up - context * sfreq;
    const first = Math.max(0, Math.floor(wanted / down)) * down; // there, input and output samples coincide
    const stop = Math.min(Math.round(duration * sfreq), Math.ceil((extent.to * down) / up + context * sfreq));
    const lanes = members.map(({ used, plan }) => ({
      used,
      chain: new ChannelChain(plan, workspace),
      first,
      out: new SampleQueue((first / down) * up),
      raw: new SampleQueue(first),
    }));
    const sources = new Set(
      members.flatMap(({ used: { plus, minus } }) => (minus === undefined ? [plus] : [plus, minus])),
    );
    return { sfreq, lanes, sources: [...sources], next: first, stop };
  });
}

/** Seconds after which what lies outside no longer shows: every filter's settling time, and the resampler's taps. */
function contextSeconds({ filters, filterSfreq, resampler, sfreq }: ChainPlan): number {
  const settling = filters.reduce((sum, { cascade }) => sum + settlingTime(cascade), 0);
  return settling / filterSfreq + (2 * resampler.width) / sfreq;
}
