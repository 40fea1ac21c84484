import { CHANNEL_NAMES, channelIndex } from "./channelNames.ts";
import { placeOf } from "./locations.ts";
import type { PlacedChannel } from "./modelChannels.ts";

/** Rows of the table of channel names, `channel_emb`, for the channels of a window. */
export interface ChannelRows {
  /** [C] */
  readonly rows: Int32Array;
  /** Channels without a row of their own, and the neighbour whose row was taken. */
  readonly substituted: readonly { readonly name: string; readonly takenFrom: string }[];
}

/**
 * Rows of the channel table. The table knows the authors' 104 names; another electrode takes the row of the nearest one that it knows,
 * and the result says so.
 * @param numChannelNames rows of the table
 */
export function channelRows(channels: readonly PlacedChannel[], numChannelNames: number): ChannelRows {
  const substituted: { name: string; takenFrom: string }[] = [];
  const rows = Int32Array.from(channels, (channel) => {
    const row = channelIndex(channel.name);
    if (row >= 0 && row < numChannelNames) return row;
    const nearest = nearestKnown(channel);
    substituted.push({ name: channel.name, takenFrom: CHANNEL_NAMES[nearest] });
    return nearest;
  });
  return { rows, substituted };
}

function nearestKnown({ sensor, location }: PlacedChannel): number {
  const distances = CHANNEL_NAMES.map((name) => {
    const place = placeOf(name);
    if (place === undefined || place.sensor !== sensor) return Number.POSITIVE_INFINITY;
    return Math.hypot(...place.location.map((l, axis) => l - location[axis]));
  });
  return distances.indexOf(Math.min(...distances));
}
