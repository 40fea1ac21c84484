import { type RandomStream, randomStream } from "../../model/index.ts";
import type { Sensor } from "../../signal/index.ts";
import type { ChannelSpec, Layout } from "../../store/index.ts";
import type { ChannelDropout } from "./options.ts";

/** What the draws for a micro-batch depend on. */
export interface DrawKey {
  readonly seed: number;
  readonly step: number;
  /** Of the micro-batch in the batch of `step`. */
  readonly place: number;
}

/** The channels of a layout whose sensor is among those asked for, as indices. */
export function channelsOf({ channels }: Layout, sensors: readonly Sensor[] | undefined): number[] {
  return channels.flatMap(({ sensor }, c) => (sensors === undefined || sensors.includes(sensor) ? [c] : []));
}

/**
 * Leave channels out of a micro-batch: with its chance one whole sensor, then each channel with its own; at least one stays.
 * @param kept indices into `channels`
 */
export function dropChannels(
  channels: readonly ChannelSpec[],
  kept: readonly number[],
  dropout: ChannelDropout,
  { seed, step, place }: DrawKey,
): readonly number[] {
  const stream = randomStream(seed, `channels/${step}/${place}`);
  const present = withoutOneSensor(channels, kept, dropout.modality, stream);
  const draws = stream.uniform(FIRST_CHANNEL_WORD, present.length);
  const left = present.filter((_, i) => draws[i] >= dropout.channels);
  if (left.length > 0) return left;
  return [present[draws.indexOf(Math.max(...draws))]];
}

/** Words 0 and 1 decide on sensors, those from here on channels. */
const FIRST_CHANNEL_WORD = 2;

function withoutOneSensor(
  channels: readonly ChannelSpec[],
  kept: readonly number[],
  chance: number,
  stream: RandomStream,
): readonly number[] {
  const sensors = [...new Set(kept.map((c) => channels[c].sensor))];
  const [whether, which] = stream.uniform(0, 2);
  if (sensors.length < 2 || whether >= chance) return kept;
  const dropped = sensors[Math.floor(which * sensors.length)];
  return kept.filter((c) => channels[c].sensor !== dropped);
}
