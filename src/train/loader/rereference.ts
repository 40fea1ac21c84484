import { randomStream } from "../../model/index.ts";
import type { ChannelSpec } from "../../store/index.ts";
import type { DrawKey } from "./keptChannels.ts";

/** What EEG electrodes are measured against instead of what they were recorded against. Indices of channels as stored. */
export interface Rereference {
  /** The electrodes that change. */
  readonly electrodes: readonly number[];
  /** Those whose mean is subtracted: all that change, or a single one, which is 0 after that and leaves the micro-batch. */
  readonly against: readonly number[];
}

/** Electrodes that it takes: the mean of fewer is mostly one's own signal. */
const FEWEST = 4;

/**
 * With its chance, draw another reference for the EEG of a micro-batch: the mean of all electrodes or one of them, equally often. Bipolar channels
 * ("FP1-F7") are differences, which no reference changes: they neither change nor count.
 * @param kept indices into `channels`
 * @returns undefined where nothing changes
 */
export function drawReference(
  channels: readonly ChannelSpec[],
  kept: readonly number[],
  chance: number,
  { seed, step, place }: DrawKey,
): Rereference | undefined {
  const electrodes = kept.filter((c) => channels[c].sensor === "eeg" && !channels[c].name.includes("-"));
  if (chance === 0 || electrodes.length < FEWEST) return undefined;
  const [whether, which, whom] = randomStream(seed, `reference/${step}/${place}`).uniform(0, 3);
  if (whether >= chance) return undefined;
  if (which < 0.5) return { electrodes, against: electrodes };
  const reference = electrodes[Math.floor(whom * electrodes.length)];
  return { electrodes: electrodes.filter((c) => c !== reference), against: [reference] };
}

/**
 * What is subtracted from an electrode of one window, sample by sample: the mean of those that it is measured against. A flat channel (a lost
 * electrode) has no part in the mean and stays flat. Samples that are no numbers count as 0.
 * @param samplesOf (T) of a stored channel
 * @returns by channel (T); undefined for one that stays as it is
 */
export function referenceOf(
  { electrodes, against }: Rereference,
  samplesOf: (channel: number) => Float32Array,
): (channel: number) => Float64Array | undefined {
  const live = against.filter((c) => !isFlat(samplesOf(c)));
  if (live.length < Math.min(2, against.length)) return () => undefined; // the mean of one is that one
  const mean = meanOf(live.map(samplesOf));
  const moved = new Set(electrodes.filter((c) => !isFlat(samplesOf(c))));
  return (channel) => (moved.has(channel) ? mean : undefined);
}

/** @param signals (n, T), at least one. @returns (T) */
function meanOf(signals: readonly Float32Array[]): Float64Array {
  const sum = new Float64Array(signals[0].length);
  for (const signal of signals) {
    for (let t = 0; t < sum.length; t++) sum[t] += finite(signal[t]);
  }
  return sum.map((value) => value / signals.length);
}

/** A sample, or 0 where it is no number. */
export const finite = (value: number): number => (Number.isFinite(value) ? value : 0);

const isFlat = (x: Float32Array): boolean => x.every((value) => finite(value) === finite(x[0]));
